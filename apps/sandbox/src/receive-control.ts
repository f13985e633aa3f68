import type { IncomingMessage, ServerResponse } from 'node:http';

import { toCallPath } from './call-path.ts';
import { CONTROL_CALLS } from './control-calls.ts';
import { ControlError } from './control-error.ts';
import { parseJson } from './json-body.ts';
import type { Reception } from './receive-call.ts';
import { readBody } from './request-body.ts';
import { Wire } from './wire.ts';

const MAX_BODY_BYTES = 1_048_576;

/** Whether a request is for the control surface. */
export function isControlPath(target: string): boolean {
  const path = toCallPath(target);
  return path === '/_sandbox' || path.startsWith('/_sandbox/');
}

/** Answers one call of the control surface: 200 with its result, or `{ "error": sentence }`. */
export async function receiveControl(
  reception: Reception,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const wire = new Wire(request, response, reception.world.state);
  const reply = (status: number, body: unknown): void =>
    wire.send({
      status,
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
      body: JSON.stringify(body),
    });
  try {
    reply(200, await runControl(reception, request));
  } catch (error) {
    if (error instanceof ControlError) return reply(error.status, { error: error.message });
    const reason = error instanceof Error ? error.message : String(error);
    reply(500, { error: `the sandbox itself failed: ${reason}` });
  }
}

async function runControl(reception: Reception, request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, MAX_BODY_BYTES);
  // Browsers send Origin with every POST and DELETE of a page, so no web page can drive the sandbox behind one's back.
  if (request.headers.origin !== undefined) {
    throw new ControlError(
      403,
      'a request with an Origin header comes from a web page, and those may not drive the sandbox',
    );
  }
  if (body === null) throw new ControlError(413, 'the body is larger than 1 MB');
  const target = request.url ?? '/';
  const path = toCallPath(target);
  const calls = CONTROL_CALLS.filter((call) => call.path === path);
  if (calls.length === 0) throw new ControlError(404, `there is no ${path}; there are: ${listCalls()}`);
  const call = calls.find(({ method }) => method === request.method);
  if (call === undefined) {
    throw new ControlError(
      405,
      `${path} takes ${calls.map(({ method }) => method).join(' or ')}, not ${request.method}`,
    );
  }
  return call.run(call.method === 'POST' ? readJson(request, body) : readQuery(target), reception);
}

function listCalls(): string {
  return CONTROL_CALLS.map(({ method, path, usage }) => `${method} ${path} ${usage}`.trim()).join(' | ');
}

function readQuery(target: string): Record<string, string> {
  const given = [...new URLSearchParams(target.split('?')[1] ?? '')].filter(([, value]) => value !== '');
  return Object.fromEntries(given);
}

function readJson(request: IncomingMessage, body: string): unknown {
  if (body.trim() === '') return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new ControlError(415, 'send the header Content-Type: application/json (and a JSON body)');
  }
  const value = parseJson(body);
  if (value === undefined) throw new ControlError(400, 'the body is not JSON');
  return value;
}
