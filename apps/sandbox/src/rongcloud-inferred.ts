import type { InferredBehaviour } from './inferred.ts';

/** What the sandbox does as RongCloud without a page, SDK or recorded answer that says so. */
export const RONGCLOUD_INFERRED: readonly InferredBehaviour[] = [
  {
    id: 'rongcloud-unknown-app-key-status',
    provider: 'rongcloud',
    what: 'An unknown App Key is answered with HTTP 400.',
    why: 'Its code 1002 and its text are recorded, the status is not; the code table pairs 1002 with 400.',
  },
  {
    id: 'rongcloud-secret-mismatch',
    provider: 'rongcloud',
    what: 'A signature made with another App Secret is 1004; 1001 is sent under seed-legacy only.',
    why: 'The table has 1001 for an App Secret that does not match, but a server cannot tell it from any other bad signature, and the SDKs explain 1004 by a wrong App Key or secret.',
  },
  {
    id: 'rongcloud-clock-window',
    provider: 'rongcloud',
    what: 'Under strict a Timestamp may be five minutes off either way, and a nonce is remembered as long as its Timestamp is good; live checks neither.',
    why: 'An old page says that the server checks the time and names no window; the Node SDK repeats one Timestamp and nonce for ever, so the service cannot be strict.',
  },
  {
    id: 'rongcloud-strict-headers',
    provider: 'rongcloud',
    what: 'Under strict a missing or other Content-Type is 1002, an X-Request-ID over 36 characters 1005, and a signature in capitals 1004.',
    why: 'The pages state the rules and not how a breach is answered.',
  },
  {
    id: 'rongcloud-date-time-zone',
    provider: 'rongcloud',
    what: 'Date-times (createTime, blockEndTime, regTime) are in China time.',
    why: 'They come without a zone; recorded ones fit China time.',
  },
  {
    id: 'rongcloud-unknown-user',
    provider: 'rongcloud',
    what: 'A user who never got a token is 1002 with HTTP 400 in calls that read or change the user, the ban, the tokens or the deactivation.',
    why: 'No page says what happens; its successor has a code of its own for it.',
  },
  {
    id: 'rongcloud-socials-of-anybody',
    provider: 'rongcloud',
    what: 'Online status, blacklist, whitelist, tags, hosted profiles, mutes, remarks and push times are kept for any legal user id, registered or not.',
    why: 'No page asks that the user has registered.',
  },
  {
    id: 'rongcloud-no-groups',
    provider: 'rongcloud',
    what: 'Any legal user id is in no group: the call that asks for them answers an empty list.',
    why: 'Nothing about groups is served; the call exists among those of users.',
  },
  {
    id: 'rongcloud-user-id-characters',
    provider: 'rongcloud',
    what: 'A user id with other characters than letters, digits and + = - _ is 1002.',
    why: 'The pages state the set and not how a breach is answered.',
  },
  {
    id: 'rongcloud-too-many-items',
    provider: 'rongcloud',
    what: 'More users than a call may name are 1002.',
    why: 'The SDKs answer so by themselves before they send; the code table also has 1502 for too many items.',
  },
  {
    id: 'rongcloud-future-expiry',
    provider: 'rongcloud',
    what: 'An instant in the future, given to the expire call, also ends the tokens that are issued until then.',
    why: 'The page says that every token obtained before the instant ends, and gives no upper bound.',
  },
  {
    id: 'rongcloud-token-of-banned-user',
    provider: 'rongcloud',
    what: 'A banned user gets tokens, and is turned away at login until the ban ends.',
    why: 'A ban is described as ending and refusing connections; nothing says that tokens are refused.',
  },
  {
    id: 'rongcloud-token-of-deactivated-user',
    provider: 'rongcloud',
    what: 'A token call for a deactivated user is 1002 with HTTP 400.',
    why: 'The page says that it fails and prints neither code nor status.',
  },
  {
    id: 'rongcloud-deactivation-at-once',
    provider: 'rongcloud',
    what: 'Deactivation and reactivation are done before the answer goes out, and no webhook is sent.',
    why: 'The service takes up to 15 minutes; a test should not.',
  },
  {
    id: 'rongcloud-deactivated-login',
    provider: 'rongcloud',
    what: 'The tokens of a deactivated user are turned away as revoked, and stay dead after the reactivation.',
    why: 'The page says that deactivation ends tokens; it does not say that they come back.',
  },
  {
    id: 'rongcloud-reactivation-delay',
    provider: 'rongcloud',
    what: 'Only strict refuses a reactivation within an hour of the deactivation, with 1002.',
    why: 'The page states the hour and not how a breach is answered; live lets tests go on.',
  },
  {
    id: 'rongcloud-development-calls',
    provider: 'rongcloud',
    what: 'The calls query and delusers are always served.',
    why: 'The pages reserve them for the development environment; an account of the sandbox is one.',
  },
  {
    id: 'rongcloud-delete-unknown',
    provider: 'rongcloud',
    what: 'Users who do not exist are passed over by delusers.',
    why: 'No page says what happens.',
  },
  {
    id: 'rongcloud-page-size',
    provider: 'rongcloud',
    what: 'A page size over the documented maximum is cut to it; strict refuses it with 1002.',
    why: 'The pages state the maximum and not how a breach is answered.',
  },
  {
    id: 'rongcloud-hosted-profile-changes',
    provider: 'rongcloud',
    what: 'Setting a hosted profile changes the given fields and leaves the others; version counts the changes; clean takes 20 users.',
    why: 'The SDKs show the fields alone; the 20 are those of the call of the successor.',
  },
  {
    id: 'rongcloud-push-period',
    provider: 'rongcloud',
    what: 'A push period has 1 to 1,440 minutes, and a user without one is told an empty startTime and zeros.',
    why: 'The Go SDK shows the fields alone.',
  },
  {
    id: 'rongcloud-body-too-large-status',
    provider: 'rongcloud',
    what: 'A body over 100 kB is 1508 with HTTP 400.',
    why: 'The code table prints no status beside 1508.',
  },
  {
    id: 'rongcloud-seed-legacy-statuses',
    provider: 'rongcloud',
    what: 'The codes of seed-legacy come with HTTP 400, and 1001 with 401.',
    why: 'That description prints codes without statuses; a signature that fails is HTTP 401 on every page.',
  },
  {
    id: 'rongcloud-seed-legacy-overlap',
    provider: 'rongcloud',
    what: 'Under seed-legacy a token call that overlaps another one for the same user is 1004.',
    why: 'That description forbids it and names no code; 1004 is its code for a user who is registered.',
  },
];
