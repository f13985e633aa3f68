import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { momentOf, ok } from './easemob-reply.ts';
import { readForm, readJsonObject } from './easemob-request.ts';
import { alterUser, findEasemobUser, requirePathUser } from './easemob-user.ts';
import type { Answer, World } from './provider-call.ts';

/** How many characters an attribute may have; others, such as `ext`, only count towards the whole. */
const MAX_CHARACTERS: Readonly<Record<string, number>> = {
  nickname: 64,
  avatarurl: 256,
  phone: 32,
  mail: 64,
  sign: 256,
  birth: 64,
};

const MAX_USER_BYTES = 2_048;
const MAX_TARGETS = 100;

type Attributes = Readonly<Record<string, string>>;

/** `PUT /metadata/user/{username}`: a form; what it does not name stays. Source of all: doc.easemob.com/document/server-side/userprofile.html */
export function setAttributes(call: EasemobCall): Answer {
  requireFeature(call);
  const user = requirePathUser(call);
  const given = withoutInvalidGender(readForm(call));
  for (const [name, value] of Object.entries(given)) {
    if (Array.from(value).length > (MAX_CHARACTERS[name] ?? MAX_USER_BYTES)) {
      throw tooLarge('the current mysql column size', MAX_CHARACTERS[name] ?? MAX_USER_BYTES, call.world);
    }
  }
  const attributes = { ...user.attributes, ...given };
  if (sizeOf(attributes) > MAX_USER_BYTES) {
    throw tooLarge('the user defined limit', MAX_USER_BYTES, call.world);
  }
  alterUser(user, { attributes }, call);
  return answerAttributes(call, given);
}

/** `GET /metadata/user/{username}`: all of them; none for a user that does not exist. */
export function getAttributes(call: EasemobCall): Answer {
  requireFeature(call);
  return answerAttributes(call, attributesOf(call, call.names['username'] ?? ''));
}

/** `DELETE /metadata/user/{username}`: all of them; a success also where there is nothing to delete. */
export function deleteAttributes(call: EasemobCall): Answer {
  requireFeature(call);
  const user = findEasemobUser(call.account, call.names['username'] ?? '');
  if (user !== undefined) alterUser(user, { attributes: {} }, call);
  return answerAttributes(call, true);
}

/** `GET /metadata/user/capacity`: the bytes that the attributes of all users take. */
export function measureAttributes(call: EasemobCall): Answer {
  requireFeature(call);
  const users = [...call.account.users.values()];
  const bytes = users.map(({ attributes = {} }) => sizeOf(attributes)).reduce((sum, each) => sum + each, 0);
  return answerAttributes(call, bytes);
}

/** `POST /metadata/user/get`: the named attributes of up to 100 users. */
export function getAttributesOfMany(call: EasemobCall): Answer {
  requireFeature(call);
  const { targets, properties } = readJsonObject(call);
  if (!isListOfTexts(targets) || !isListOfTexts(properties)) {
    throw easemobRefusal('400 illegal_argument', 'targets and properties must be lists of texts', call.world);
  }
  if (targets.length > MAX_TARGETS) {
    throw easemobRefusal('400 BAD_REQUEST', `exceed allowed batch size ${MAX_TARGETS}`, call.world);
  }
  const found = targets.map((target) => {
    const asked = Object.entries(attributesOf(call, target)).filter(([name]) => properties.includes(name));
    return [target, Object.fromEntries(asked)];
  });
  return answerAttributes(call, Object.fromEntries(found));
}

function requireFeature({ account, world }: EasemobCall): void {
  const { appKey, settings } = account.record;
  if (!settings.userAttributes) {
    throw easemobRefusal('403 FORBIDDEN', `${appKey} user metadata service not allow`, world);
  }
}

function sizeOf(attributes: Attributes): number {
  return Buffer.byteLength(Object.entries(attributes).flat().join(''));
}

/** Another gender than 0, 1 or 2 has no effect, the page says. */
function withoutInvalidGender(given: Attributes): Attributes {
  const { gender, ...others } = given;
  return gender === undefined || ['0', '1', '2'].includes(gender) ? given : others;
}

function tooLarge(limit: string, bytes: number, world: World): Error {
  return easemobRefusal(
    '403 FORBIDDEN',
    `size of metadata for this single user exceeds ${limit}, ${bytes}Bytes`,
    world,
  );
}

function attributesOf({ account }: EasemobCall, username: string): Attributes {
  return findEasemobUser(account, username)?.attributes ?? {};
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function answerAttributes({ world }: EasemobCall, data: object | number | boolean): Answer {
  const { timestamp, duration } = momentOf(world);
  return ok({ timestamp, data, duration });
}
