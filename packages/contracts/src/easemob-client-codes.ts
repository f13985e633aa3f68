import type { ClientCode, ClientCodes } from './client-code.ts';

const RETRY_LATER = 'log in again with the same token, a little later';
const CONSOLE = 'have the account’s settings looked at in the provider’s console';
const BUILD = 'mend what the client gives the SDK';
const ASK_PERSON = 'ask the person before logging in again, or two devices put each other off the line for ever';

const notTheToken = (names: ClientCode['names'], says: string, instead: string): ClientCode => ({
  names,
  says,
  verdict: 'not-the-token',
  instead,
});

/**
 * Easemob's. Its web SDK (`WEBIM_…`, and names without a prefix) and its native ones (`EMError…`) count apart, and some
 * numbers mean two things. Where one of the two is about the token, the report is believed: that costs one call to the
 * provider, and not believing it would cost a login.
 */
export const EASEMOB_CLIENT_CODES = {
  [-4]: notTheToken(['REQUEST_ABORT'], 'the client gave the request up', RETRY_LATER),
  [-3]: notTheToken(['REQUEST_PARAMETER_ERROR'], 'a parameter of the login is wrong', BUILD),
  [-2]: {
    names: ['REQUEST_UNKNOWN'],
    says: 'a request failed for a reason that the SDK does not tell apart',
    verdict: 'ambiguous',
  },
  [-1]: notTheToken(['REQUEST_TIMEOUT'], 'the server did not answer in time', RETRY_LATER),
  1: {
    names: ['WEBIM_CONNCTION_OPEN_ERROR', 'EMErrorGeneral'],
    says: 'the login failed for a reason that the SDK does not tell apart',
    verdict: 'ambiguous',
  },
  2: {
    names: ['WEBIM_CONNCTION_AUTH_ERROR', 'EMErrorNetworkUnavailable'],
    says: 'the web SDK was refused, for its App Key or its token, or a native SDK has no network',
    verdict: 'ambiguous',
  },
  3: notTheToken(['EMErrorDatabaseOperationFailed'], 'the device’s own database does not open', BUILD),
  4: notTheToken(['EMErrorExceedServiceLimit'], 'the account has used up what its plan allows', CONSOLE),
  8: notTheToken(
    ['EMErrorAppActiveNumbersReachLimitation'],
    'the account has reached its number of active users',
    CONSOLE,
  ),
  16: notTheToken(['WEBIM_CONNCTION_DISCONNECTED'], 'the connection was lost', RETRY_LATER),
  17: notTheToken(['WEBIM_CONNCTION_AJAX_ERROR'], 'a request failed on its way', RETRY_LATER),
  27: notTheToken(['WEBIM_CONNCTION_APPKEY_NOT_ASSIGN_ERROR'], 'the client has no valid App Key', BUILD),
  28: {
    names: ['WEBIM_CONNCTION_TOKEN_NOT_ASSIGN_ERROR'],
    says: 'the token is not this user’s, is not valid any more, or was not given',
    verdict: 'token-refused',
  },
  32: notTheToken(['WEBIM_CONNCTION_CLIENT_OFFLINE'], 'the device is off the line', RETRY_LATER),
  39: notTheToken(['WEBIM_CONNECTION_CLOSED'], 'nobody is logged in', 'log in first'),
  40: notTheToken(['WEBIM_CONNECTION_ERROR'], 'the socket failed', RETRY_LATER),
  50: notTheToken(['MAX_LIMIT'], 'the account has reached a number that its plan sets', CONSOLE),
  56: { names: ['WEBIM_TOKEN_EXPIRED'], says: 'the token has expired', verdict: 'token-expired' },
  57: notTheToken(['WEBIM_SERVER_SERVING_DISABLED'], 'the service is switched off for this account', CONSOLE),
  100: notTheToken(['EMErrorInvalidAppkey'], 'the App Key in the client is malformed', BUILD),
  101: notTheToken(['EMErrorInvalidUsername'], 'the client gave no user id', BUILD),
  102: notTheToken(
    ['EMErrorInvalidPassword'],
    'the client logs in with a password, and it is empty or wrong',
    'log in with the token',
  ),
  104: { names: ['EMErrorInvalidToken'], says: 'the token is empty or not valid', verdict: 'token-refused' },
  105: notTheToken(['EMErrorUsernameTooLong'], 'the user id is too long', BUILD),
  108: { names: ['EMErrorTokenExpire'], says: 'the token has expired', verdict: 'token-expired' },
  109: {
    names: ['EMErrorTokeWillExpire'],
    says: 'a fifth of the token’s life is left (half, before version 4.15)',
    verdict: 'token-expires-soon',
  },
  110: notTheToken(['EMErrorInvalidParam'], 'a parameter of the login is wrong', BUILD),
  200: notTheToken(['EMErrorUserAlreadyLoginSame'], 'this user is logged in already', 'use the login that there is'),
  201: notTheToken(['EMErrorUserNotLogin'], 'nobody is logged in', 'log in first'),
  202: {
    names: ['EMErrorUserAuthenticationFailed'],
    says: 'the token, or the password where one was given, was refused',
    verdict: 'token-refused',
  },
  204: {
    names: ['USER_NOT_FOUND', 'EMErrorUserNotFound'],
    says: 'the provider does not know this user, so no token of it works; a new one makes the user where the app may',
    verdict: 'token-refused',
  },
  206: notTheToken(
    ['WEBIM_CONNCTION_USER_LOGIN_ANOTHER_DEVICE', 'EMErrorUserLoginOnAnotherDevice'],
    'the user logged in on another device',
    ASK_PERSON,
  ),
  207: notTheToken(
    ['WEBIM_CONNCTION_USER_REMOVED', 'EMErrorUserRemoved'],
    'the user was deleted at the provider while connected',
    'go back to the login page',
  ),
  208: notTheToken(
    ['WEBIM_USER_ALREADY_LOGIN', 'EMErrorUserRegisterFailed'],
    'somebody is logged in already, or a registration from the device failed',
    'use the login that there is, and let the server register users',
  ),
  213: notTheToken(['EMErrorUserBindAnotherDevice'], 'another device of the user was first', ASK_PERSON),
  214: notTheToken(
    ['USER_LOGIN_TOO_MANY_DEVICES', 'EMErrorUserLoginTooManyDevices'],
    'the user is logged in on as many devices as the account allows',
    'ask the person to leave another device first',
  ),
  216: {
    names: ['WEBIM_CONNCTION_USER_KICKED_BY_CHANGE_PASSWORD', 'EMErrorUserKickedByChangePassword'],
    says: 'the user’s password was changed, which ends the tokens from before',
    verdict: 'token-refused',
  },
  217: notTheToken(
    ['WEBIM_CONNCTION_USER_KICKED_BY_OTHER_DEVICE', 'EMErrorUserKickedByOtherDevice'],
    'another device, or somebody in the console, put this one off the line',
    ASK_PERSON,
  ),
  218: notTheToken(
    ['EMErrorUserAlreadyLoginAnother'],
    'another user is logged in on this device',
    'log that one out first',
  ),
  220: notTheToken(
    ['USER_DEVICE_CHANGED', 'EMErrorUserDeviceChanged'],
    'the user was on another device in between, and may not be logged in here without being asked',
    ASK_PERSON,
  ),
  300: notTheToken(['EMErrorServerNotReachable'], 'the server cannot be reached', RETRY_LATER),
  301: notTheToken(['EMErrorServerTimeout'], 'the server did not answer in time', RETRY_LATER),
  302: notTheToken(['EMErrorServerBusy'], 'the server is busy', RETRY_LATER),
  303: {
    names: ['EMErrorServerUnknownError'],
    says: 'the server refused for a reason that the SDK does not tell apart',
    verdict: 'ambiguous',
  },
  304: notTheToken(['EMErrorServerGetDNSConfigFailed'], 'the list of servers could not be read', RETRY_LATER),
  305: notTheToken(['EMErrorServerServingForbidden'], 'the service is switched off for this account', CONSOLE),
  350: notTheToken(['EMErrorConnectionTimeout'], 'the connection took too long', RETRY_LATER),
  351: notTheToken(['EMErrorConnectionDNSError'], 'the server’s name could not be looked up', RETRY_LATER),
  352: notTheToken(['EMErrorConnectionIOError'], 'the connection failed', RETRY_LATER),
  353: notTheToken(['EMErrorConnectionStreamClosed'], 'the connection was closed', RETRY_LATER),
  354: notTheToken(['EMErrorConnectionProvisionTimeout'], 'the login took too long', RETRY_LATER),
  700: {
    names: ['REST_PARAMS_STATUS'],
    says: 'the web SDK holds no usable App Key or token',
    verdict: 'ambiguous',
  },
  999: notTheToken(['SDK_RUNTIME_ERROR'], 'the web SDK failed inside', RETRY_LATER),
} as const satisfies ClientCodes;
