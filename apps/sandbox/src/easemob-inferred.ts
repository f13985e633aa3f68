import type { InferredBehaviour } from './inferred.ts';

const row = (id: string, what: string, why: string): InferredBehaviour => ({
  id: `easemob-${id}`,
  provider: 'easemob',
  what,
  why,
});

/** What the sandbox's Easemob does that no page, SDK or recorded answer states. */
export const EASEMOB_INFERRED: readonly InferredBehaviour[] = [
  row(
    'permanent-expires-in',
    'The answer to a ttl of 0 has an expires_in of 0.',
    'The pages say that 0 asks for a permanent token, and not what is answered.',
  ),
  row(
    'old-tokens-stay-good',
    'A new token, for an app or for a user, leaves the earlier ones good.',
    'No page says that it ends them.',
  ),
  row(
    'ban-does-not-end-tokens',
    'Tokens from before a ban are good again once the user is activated.',
    'The pages forbid the login until then and say nothing of the tokens.',
  ),
  row(
    'secret-refresh-keeps-tokens',
    'A new client secret leaves tokens good, unless secretRefreshKillsTokens is set; dynamic tokens of the old secret end.',
    'No page says what a new secret does; a dynamic token is checked with the secret of the moment.',
  ),
  row(
    'unknown-user-by-grant',
    'An unknown user is 404 invalid_grant under inherit and 404 entity_not_found under password.',
    'The page lists both forms without saying which grant gives which.',
  ),
  row(
    'unknown-user-of-a-nickname',
    'A new nickname, a status, the devices, mutes or attributes of an unknown user are 404 service_resource_not_found.',
    'That is the general error for a user in the path; the pages of these calls name none.',
  ),
  row(
    'unknown-user-deleted',
    'Deleting an unknown user is 400 management, never the 404 that the newer page lists beside it.',
    'Both stand there for the same cause.',
  ),
  row(
    'exceptions',
    'The field exception of an error is made of the name of the error.',
    'One value is printed, UserNotFoundException; the others follow its pattern.',
  ),
  row(
    'unprinted-texts',
    'Refusals of a wrong ttl, autoCreateUser, grant_type, password length, mute or list have texts of the sandbox under 400 illegal_argument.',
    'The pages give the rules and no texts.',
  ),
  row(
    'repeated-passwords-hidden',
    'The refusal of one name with two passwords does not repeat the passwords.',
    'The page prints them in its text; a pretend provider need not spread what people type.',
  ),
  row(
    'registration-without-token',
    'A registration without a token is refused with the text that open registration is not allowed.',
    'The general page of errors has another text for the same case, that registration is not open.',
  ),
  row(
    'order-of-checks',
    'A call is checked for its path, method, app, rate, app token, headers and body, in this order.',
    'No page gives an order.',
  ),
  row(
    'wrong-content-type-only',
    'Only a wrong Content-Type is 415, a missing one is read as JSON, and registration reads JSON that is labelled as a form too; strict does neither.',
    'The pages ask for the header; the Java SDK 1.x leaves it out, and so do the printed curl commands that register users, for which curl puts in that of a form.',
  ),
  row(
    'strict-accept',
    'Under strict a missing Accept: application/json is 400 illegal_argument, as any invalid request.',
    'The pages call the header required; that is the documented answer to a bad header.',
  ),
  row(
    'strict-capitals',
    'Under strict a new user with capitals is refused as an illegal name.',
    'The newest pages say not to use capitals, and that the answer folds them; letting them pass would teach nothing.',
  ),
  row(
    'strict-new-password',
    'Under strict a new password under 6 characters is 400 illegal_argument; a registration takes any length.',
    'Only the newest page of the password change has the rule, and no error for it.',
  ),
  row(
    'legacy-password-text',
    'Under seed-legacy a wrong password and an unknown user are both "invalid username or password".',
    'The pages of 2023 have this text alone for the password grant.',
  ),
  row(
    'legacy-json-size',
    'Under seed-legacy a JSON body over 5,120 bytes is 413, and at most 100 kB are read in any profile.',
    'The pages of 2023 say 5 kB; those of 2024 keep 413 for attachments.',
  ),
  row(
    'concurrent-creation',
    'With concurrentCreateMs, any call that would create a user meets 409 for so long after a token call created it.',
    'The page names the error and its cause, two creations within a second; how it comes about is not said.',
  ),
  row(
    'open-registration',
    'With openRegistration a single object needs no token, and one that is sent is not looked at; a list needs one.',
    'The page describes open registration for single users, without a token.',
  ),
  row(
    'nickname-unseen-at-registration',
    'The answer to a registration never has the nickname.',
    'The printed request has one and its printed answer has none.',
  ),
  row(
    'repeated-name-in-a-batch',
    'One name twice in a batch with the same password makes one user.',
    'The page refuses it only with two passwords.',
  ),
  row(
    'list-limits',
    'A limit above 100 counts as 100; one that is not a positive whole number, or an unknown cursor, is 400 illegal_argument.',
    'The page gives the first and says nothing of the others.',
  ),
  row(
    'cursor',
    'A cursor leads to the user that came next when it was given, or to the next one made after that.',
    'The page says only that it marks a position.',
  ),
  row(
    'online-is-one-device',
    'A user who is online has one Android device; logging out a device that is not there is answered as for one that is.',
    'A result of false is documented, and not when it is sent; the Java SDK 1.x takes it for a failure of the server.',
  ),
  row(
    'password-change-ends-dynamic-tokens',
    'A new password ends the dynamic tokens and the tokens of Agora from before its second.',
    'The newest page says that user tokens end; nothing is said of those that are never issued.',
  ),
  row(
    'dynamic-token-details',
    'A dynamic token is taken with padding and without, up to 5 minutes from the future, and its user in any case.',
    'The page pads; clocks differ; names are folded everywhere else.',
  ),
  row(
    'agora',
    'Tokens of Agora are taken once both halves of its app are set; the exchanged app token ends with the one that was given.',
    'The Java SDKs show the calls; how long the exchanged token lives is not stated.',
  ),
  row(
    'rate-of-user-management',
    'All user management shares 100 calls a second, the batch status too; deleting in bulk has 30 of its own, user attributes 100.',
    'The newest page shares them; whether bulk deletes count in the shared pool too is not said.',
  ),
  row(
    'invalid-gender',
    'A gender other than 0, 1 or 2 is left out without an error.',
    'The page says that it has no effect.',
  ),
  row(
    'attributes-of-nobody',
    'Asking for the attributes of many gives an empty object for each user that has none or does not exist.',
    'The page says that empty data come back, and not at which level.',
  ),
  row(
    'hosts',
    'The list of hosts names the sandbox by its header Host, with an ip where that is an address, and no host for messages; 100 calls a second.',
    'The SDKs show the fields; which values other deployments send, and how often one may ask, is not stated.',
  ),
  row(
    'mutes-left-out',
    'A kind of conversation that was never muted is 0 in the answer about mutes.',
    'The printed answer has all three kinds.',
  ),
];
