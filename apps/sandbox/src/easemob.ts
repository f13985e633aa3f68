import { EASEMOB_PATHS, EASEMOB_RATES_PER_SECOND, type EasemobErrorName } from '@immint/contracts/easemob';

import type { Account } from './account.ts';
import { matchPath } from './call-path.ts';
import { answerEasemobError, easemobRefusal } from './easemob-error.ts';
import { answerTokenCall } from './easemob-token.ts';
import { activateUser, deactivateUser, registerUsers } from './easemob-user-calls.ts';
import { isRecord, parseJson } from './json-body.ts';
import type { Answer, PretendProvider, ProviderCall, ServedCall, World } from './provider-call.ts';

const BASE = '/{org_name}/{app_name}';

/** All user management shares one budget. Source: doc.easemob.com/document/server-side/limitationapi.html */
const USER_MANAGEMENT = { rateGroup: 'user-management', perSecond: 100 } as const;

const CALLS: readonly ServedCall[] = [
  {
    method: 'POST',
    path: EASEMOB_PATHS.token,
    rateGroup: 'token',
    perSecond: EASEMOB_RATES_PER_SECOND.token,
    answer: (call, account, world) => {
      const fields = readJson(call, world);
      if (isRecord(fields)) return answerTokenCall({ call, fields, account, world });
      throw easemobRefusal('400 json_parse', 'the body must be a JSON object', world);
    },
  },
  {
    method: 'POST',
    path: `${BASE}/users`,
    ...USER_MANAGEMENT,
    answer: (call, account, world) => registerUsers(call, readJson(call, world), account, world),
  },
  userCall(`${BASE}/users/{username}/deactivate`, deactivateUser),
  userCall(`${BASE}/users/{username}/activate`, activateUser),
];

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
  calls: CALLS,
  owns: (path) => path.split('/').length > 3 && !/\.(?:json|xml)$/.test(path),
  claimedAppKey: ({ path }) => path.split('/').slice(1, 3).join('#'),
  userIds: (call) => {
    const body = parseJson(call.body);
    const named = (Array.isArray(body) ? body : [body]).map((item) => (isRecord(item) ? item['username'] : null));
    return [pathUsername(call.path), ...named].filter((each) => typeof each === 'string');
  },
  admit: (call, world) => {
    const account = world.state.account('easemob', call.path.split('/').slice(1, 3).join('#'));
    if (account !== undefined) return account;
    const [, org = '', app = '', ...rest] = call.path.split('/');
    const text = `Could not find application for ${org}/${app} from URI: ${[org, app, ...rest].join('/')}`;
    throw easemobRefusal('404 organization_application_not_found', text, world);
  },
  refusals: {
    // The pages name no 404 or 405 here: a wrong URL or method is answered with 500.
    noSuchCall: (_head, world) => {
      const hint = `the sandbox serves POST ${CALLS.map((call) => call.path).join(', ')}`;
      return answerEasemobError('500 web_application', `javax.ws.rs.WebApplicationException (${hint})`, world);
    },
    methodNotAllowed: ({ path, method }, world) => {
      const hint = `${path} takes POST, not ${method}`;
      return answerEasemobError(
        '500 unsupported_service_operation',
        `Service operation not supported (${hint})`,
        world,
      );
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

type UserAction = (call: ProviderCall, username: string, account: Account, world: World) => Answer;

function userCall(path: string, act: UserAction): ServedCall {
  return {
    method: 'POST',
    path,
    ...USER_MANAGEMENT,
    answer: (call, account, world) => act(call, matchPath(path, call.path)?.['username'] ?? '', account, world),
  };
}

function pathUsername(path: string): string | undefined {
  return matchPath(`${BASE}/users/{username}/{action}`, path)?.['username'];
}

/** JSON with or without a Content-Type, since the Java SDK sends none; only a wrong one is refused. */
function readJson(call: ProviderCall, world: World): unknown {
  const contentType = call.headers['content-type'];
  if (contentType !== undefined && !/json/i.test(contentType)) {
    const hint = 'send Content-Type: application/json (curl -d alone sends a form type)';
    throw easemobRefusal('415 web_application', 'Unsupported Media Type', world, hint);
  }
  const value = parseJson(call.body);
  if (value !== undefined) return value;
  const text =
    call.body.trim() === '' ? 'the body is empty: send a JSON object' : 'Unexpected character: the body is not JSON';
  throw easemobRefusal('400 json_parse', text, world);
}
