import type { EasemobErrorName } from '@immint/contracts/easemob';

import { findCall } from './answer-call.ts';
import { matchPath } from './call-path.ts';
import { EASEMOB_CALLS } from './easemob-calls.ts';
import { answerEasemobError, easemobRefusal } from './easemob-error.ts';
import { EASEMOB_HOSTS_PATH, readHostsAppKey } from './easemob-hosts.ts';
import { isRecord, parseJson } from './json-body.ts';
import type { CallHead, PretendProvider, ProviderCall } from './provider-call.ts';

/** The error that stands for each HTTP status, for a fault that asks for a status. */
const ERROR_BY_STATUS: Readonly<Record<number, EasemobErrorName>> = {
  400: '400 illegal_argument',
  401: '401 unauthorized',
  403: '403 forbidden_service_operation',
  404: '404 service_resource_not_found',
  409: '409 concurrent_operation_error',
  413: '413 Request Entity Too Large',
  415: '415 web_application',
};

/**
 * Easemob of the sandbox: JSON bodies under org and app, a Bearer app token, errors by HTTP status.
 * Source: doc.easemob.com, product/easemob_app_token, product/easemob_user_token, document/server-side/*
 */
export const easemob: PretendProvider = {
  name: 'easemob',
  calls: EASEMOB_CALLS,
  // The names of users may end as RongCloud's paths do.
  owns: (path) =>
    EASEMOB_CALLS.some((call) => matchPath(call.path, path) !== null) ||
    (path.split('/').length > 3 && !/\.(?:json|xml)\/?$/.test(path)),
  claimedAppKey: (head) => (head.path === EASEMOB_HOSTS_PATH && readHostsAppKey(head) === '' ? null : toAppKey(head)),
  userIds,
  admit: (call, world) => {
    const account = world.state.account('easemob', toAppKey(call));
    if (account !== undefined) return account;
    const [, org = '', app = ''] =
      call.path === EASEMOB_HOSTS_PATH ? ['', ...readHostsAppKey(call).split('#')] : call.path.split('/');
    const text = `Could not find application for ${org}/${app} from URI: ${call.path.slice(1)}`;
    throw easemobRefusal('404 organization_application_not_found', text, world);
  },
  refusals: {
    // The pages name no 404 or 405 here: a wrong URL or method is answered with 500.
    noSuchCall: (_head, world) => {
      const hint = `the sandbox serves ${EASEMOB_CALLS.map(({ method, path }) => `${method} ${path}`).join(', ')}`;
      return { ...answerEasemobError('500 web_application', 'javax.ws.rs.WebApplicationException', world), hint };
    },
    methodNotAllowed: ({ path, method }, world) => {
      const methods = EASEMOB_CALLS.filter((call) => matchPath(call.path, path) !== null).map((call) => call.method);
      const hint = `this path takes ${methods.join(' or ')}, not ${method}`;
      const text = 'Service operation not supported';
      return { ...answerEasemobError('500 unsupported_service_operation', text, world), hint };
    },
    overLimit: (_head, world) => answerEasemobError('429 reach_limit', 'This request has reached api limit', world),
    bodyTooLarge: (_head, world) =>
      answerEasemobError('413 Request Entity Too Large', 'Request Entity Too Large', world),
    ofStatus: (status, _head, world) => {
      const name = ERROR_BY_STATUS[status];
      return name === undefined ? undefined : answerEasemobError(name, 'a fault of the sandbox', world);
    },
    internalError: (_head, world, explanation) => answerEasemobError('500 web_application', explanation, world),
  },
};

// Decoded once: what then holds another slash or `#` is the App Key of nobody, since none may be made with them.
function toAppKey(head: CallHead): string {
  const { path } = head;
  if (path === EASEMOB_HOSTS_PATH) return readHostsAppKey(head);
  const [org = '', app = ''] = path.split('/').slice(1, 3);
  const { org_name: orgName = org, app_name: appName = app } =
    matchPath('/{org_name}/{app_name}', `/${org}/${app}`) ?? {};
  return `${orgName}#${appName}`;
}

/** The users that a call is about: in its path, and in the fields that name one or more. */
function userIds(call: ProviderCall): readonly string[] {
  const inPath = matchPath(findCall(EASEMOB_CALLS, call)?.path ?? '', call.path)?.['username'];
  const body = parseJson(call.body);
  const inBody = (Array.isArray(body) ? body : [body]).filter(isRecord);
  const lists = inBody.flatMap(({ usernames, targets }) => [usernames, targets].filter(Array.isArray)).flat();
  return [inPath, ...inBody.map(({ username }) => username), ...lists].filter((each) => typeof each === 'string');
}
