import { CliError } from './cli-error.ts';
import { clientFileIn, readClientFile, userConfigFile } from './client-file.ts';
import { dataDirectory } from './data-directory.ts';
import type { GlobalFlags } from './global-flags.ts';
import { readServerUrl, sameServer } from './server-url.ts';
import type { Terminal } from './terminal.ts';

/** Where `immint serve` listens when nobody says otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:7788';

/** Named by the variable for the key; the one for the URL stands beside it. */
const ENVIRONMENT = 'IMMINT_API_KEY';

/** The server to talk to, and the key for it. */
export interface ServerLocation {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** The place that named the URL, or that nobody did. */
  readonly urlFrom: string;
  /** The place of the key. */
  readonly apiKeyFrom: string | undefined;
  /** The place of a key that was found but belongs to another URL, and so was left there; for the advice in errors. */
  readonly heldBack: string | undefined;
}

/** A place that may name a server, a key, or both. */
interface Place {
  readonly name: string;
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
}

/**
 * Finds the server and its key: the first place that has one of `--url`, the environment, the data directory here, and
 * the user's config file. A key that stands beside a URL is for that URL only: it is never sent to another one.
 * Throws `CLIENT_CONFIGURATION` when nothing is known of any server.
 */
export async function findServer(terminal: Terminal, flags: GlobalFlags): Promise<ServerLocation> {
  const { environment } = terminal;
  const given: Place[] = [
    { name: '--url', url: flags.url, apiKey: undefined },
    {
      name: ENVIRONMENT,
      url: environment['IMMINT_URL'] || undefined,
      apiKey: environment['IMMINT_API_KEY'] || undefined,
    },
  ];
  const complete = choose(given);
  if (complete?.apiKey !== undefined && given.some((place) => place.url !== undefined)) return complete;

  const location = choose([...given, ...(await readFiles(terminal, flags))]);
  if (location !== undefined) return location;
  throw new CliError(
    'CLIENT_CONFIGURATION',
    'No server is known here: start one with `npm start`, or remember one with `immint login`, ' +
      'or set IMMINT_URL and IMMINT_API_KEY.',
  );
}

async function readFiles(terminal: Terminal, flags: GlobalFlags): Promise<Place[]> {
  const files = [clientFileIn(dataDirectory(terminal, flags)), userConfigFile(terminal)];
  const places: Place[] = [];
  for (const file of files) {
    const content = await readClientFile(file);
    if (content !== undefined) places.push({ name: file, ...content });
  }
  return places;
}

function choose(places: readonly Place[]): ServerLocation | undefined {
  const found = places.find((place) => place.url !== undefined);
  const withKey = places.filter((place) => place.apiKey !== undefined);
  if (found === undefined && withKey.length === 0) return undefined;
  const url = readServerUrl(found?.url ?? DEFAULT_URL);
  const usable = withKey.find((place) => place.url === undefined || sameServer(place.url, url));
  const heldBack = usable === undefined ? withKey[0]?.name : undefined;
  const urlFrom = found === undefined ? 'the default' : found.name === ENVIRONMENT ? 'IMMINT_URL' : found.name;
  return { url, apiKey: usable?.apiKey, urlFrom, apiKeyFrom: usable?.name, heldBack };
}
