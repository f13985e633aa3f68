import type { ClientCode, ClientCodes } from './client-code.ts';

const RECONNECTS = 'leave it to the SDK, which connects again by itself';
const RETRY_LATER = 'connect again with the same token, a little later';
const CONSOLE = 'have the account’s settings looked at in the provider’s console';
const KEEP_OUT = 'tell the person; the same token works again once this is lifted';

const offline = (names: ClientCode['names'], says: string): ClientCode => ({
  names,
  says,
  verdict: 'not-the-token',
  instead: RECONNECTS,
});

/** The codes that RongCloud's and Nexconn's client SDKs have in common: one is built on the other. */
export const SHARED_CLIENT_CODES = {
  20512: {
    names: ['CLOUD_DATA_CENTER_INVALID'],
    says: 'the client asks in a data centre that the App Key is not of',
    verdict: 'not-the-token',
    instead: 'set the data centre in the client as `immint app show` names it',
  },
  30001: offline(['RC_NET_CHANNEL_INVALID'], 'the connection was let go'),
  30002: offline(['RC_NET_UNAVAILABLE'], 'the connection cannot be used'),
  30004: offline(['RC_HTTP_SEND_FAIL'], 'the request for an address could not be sent'),
  30005: offline(['RC_HTTP_REQ_FAIL'], 'the request for an address failed'),
  30006: offline(['RC_HTTP_RECV_FAIL'], 'no answer to the request for an address came in'),
  30007: offline(['RC_NAVI_REQ_FAILED'], 'the answer with the addresses is not usable'),
  30008: offline(['RC_NODE_NOT_FOUND'], 'the answer with the addresses is not in its format'),
  30009: offline(['RC_DOMAIN_NOT_RESOLVE'], 'the answer holds no address'),
  30010: offline(['RC_SOCKET_NOT_CREATED'], 'no connection could be made'),
  30011: offline(['RC_SOCKET_DISCONNECTED'], 'the connection was lost'),
  30012: offline(['RC_PING_EXCEED_LIMIT'], 'a sign of life could not be sent'),
  30013: offline(['PONG_RECEIVED_ERROR'], 'no sign of life came back in time'),
  30014: offline(['RC_MSG_SEND_FAIL'], 'a signal could not be sent'),
  30015: {
    names: ['CONNECT_OVER_FREQUENCY'],
    says: 'the client connects too often',
    verdict: 'not-the-token',
    instead: RETRY_LATER,
  },
  30019: offline(['RC_NETWORK_DOWN'], 'the device has no network'),
  30021: offline(['RC_TCP_DISCONNECTED_NO_RMTP'], 'the connection came about and the session did not'),
  31000: offline(['RC_CONN_ACK_TIMEOUT'], 'the server did not confirm the connection in time'),
  31001: {
    names: ['RC_CONN_PROTO_VERSION_ERROR'],
    says: 'the server does not take this version of the protocol',
    verdict: 'not-the-token',
    instead: 'update the SDK in the app',
  },
  31002: {
    names: ['RC_CONN_IDENTIFIER_REJECTED'],
    says: 'the client describes itself wrongly, mostly with a wrong App Key',
    verdict: 'not-the-token',
    instead: 'compare the App Key in the client with the one of `immint app show`',
  },
  31003: {
    names: ['RC_CONN_SERVER_UNAVAILABLE'],
    says: 'the account has no connections for this kind of client switched on',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31004: {
    names: ['RC_CONN_TOKEN_INCORRECT', 'RC_CONN_USER_OR_PASSWD_ERROR'],
    says: 'the token is of another App Key, was never valid, or has expired',
    verdict: 'ambiguous',
  },
  31005: {
    names: ['RC_CONN_NOT_AUTHRORIZED'],
    says: 'the app’s own check of its clients did not pass',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31006: offline(['RC_CONN_REDIRECTED'], 'the client is sent to another server'),
  31007: {
    names: ['RC_CONN_PACKAGE_NAME_INVALID'],
    says: 'the app’s package name is not the registered one',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31008: {
    names: ['RC_CONN_APP_BLOCKED_OR_DELETED'],
    says: 'the App Key is locked or deleted',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31009: {
    names: ['RC_CONN_USER_BLOCKED'],
    says: 'the provider has banned this user',
    verdict: 'not-the-token',
    instead: KEEP_OUT,
  },
  31010: {
    names: ['RC_DISCONN_KICK'],
    says: 'the user logged in on another device, or was put off the line',
    verdict: 'not-the-token',
    instead: 'ask the person before connecting again, or two devices put each other off the line for ever',
  },
  31011: {
    names: ['RC_DISCONN_EXCEPTION'],
    says: 'the user was banned while connected',
    verdict: 'not-the-token',
    instead: KEEP_OUT,
  },
  31012: {
    names: ['CONNECTION_ENCRYPT_AUTHORIZED_ERROR'],
    says: 'the encryption of the link was not agreed on',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31020: { names: ['RC_CONN_TOKEN_EXPIRED'], says: 'the token has expired', verdict: 'token-expired' },
  31023: {
    names: ['RC_DISCONN_SAME_CLIENT_ON_LINE'],
    says: 'the user is connected on a device of the same kind already',
    verdict: 'not-the-token',
    instead: 'ask the person to leave the other device first',
  },
  31024: {
    names: ['RC_LISCENSE_COUNT_OUT_OF_LIMIT'],
    says: 'the account has no connections left',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31025: {
    names: ['RC_CONN_WRONG_CLUSTER'],
    says: 'the App Key is of another environment than the server that was connected to',
    verdict: 'not-the-token',
    instead: 'set App Key and environment in the client as `immint app show` names them',
  },
  31026: {
    names: ['RC_APP_AUTH_NOT_PASS'],
    says: 'the product’s own server refused the connection when the provider asked it',
    verdict: 'not-the-token',
    instead: 'look why that server refuses',
  },
  31027: {
    names: ['RC_OTP_USED'],
    says: 'the token was good for one connection, and has had it',
    verdict: 'token-refused',
  },
  31029: {
    names: ['RC_ACCOUNT_CANCELLATION'],
    says: 'the user was deactivated',
    verdict: 'not-the-token',
    instead: 'take the user in again with `immint user reactivate`, if that is meant',
  },
  31030: {
    names: ['RC_LICENSE_EXPIRED'],
    says: 'the licence of the app or of a private cloud has run out',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  32054: offline(['RC_TCP_RESET'], 'the server cut the connection'),
  32061: offline(['CONNECTION_REFUSED'], 'the server refused the connection'),
  33001: {
    names: ['BIZ_ERROR_CLIENT_NOT_INIT'],
    says: 'the SDK was not initialised',
    verdict: 'not-the-token',
    instead: 'initialise the SDK before connecting',
  },
  33006: {
    names: ['BIZ_ERROR_CONNECTING'],
    says: 'a connection is being made already',
    verdict: 'not-the-token',
    instead: 'wait for the connection that is under way',
  },
  34001: {
    names: ['RC_CONNECTION_EXIST'],
    says: 'there is a connection already',
    verdict: 'not-the-token',
    instead: 'use the connection that there is',
  },
  34005: {
    names: ['PACKAGE_ENVIRONMENT_ERROR'],
    says: 'the client is in the wrong environment',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  34006: offline(['CONNECTION_TIMEOUT'], 'the connection took too long'),
} as const satisfies ClientCodes;

/** RongCloud's. */
export const RONGCLOUD_CLIENT_CODES = {
  ...SHARED_CLIENT_CODES,
  31021: {
    names: ['RC_CONN_DEVICE_ERROR'],
    says: 'the token was made for another device',
    verdict: 'token-refused',
  },
  31022: {
    names: ['RC_CONN_HOSTNAME_ERROR'],
    says: 'the page’s domain is not on the account’s list',
    verdict: 'not-the-token',
    instead: CONSOLE,
  },
  31028: {
    names: ['RC_PLATFORM_ERROR'],
    says: 'the token is not for this platform',
    verdict: 'token-refused',
  },
} as const satisfies ClientCodes;
