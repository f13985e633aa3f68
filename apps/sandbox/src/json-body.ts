/** The JSON object that a body holds, or null for anything else. The Content-Type is not asked. */
export function parseJsonObject(body: string): Record<string, unknown> | null {
  const value = parseJson(body);
  return isRecord(value) ? value : null;
}

/** The JSON value that a body holds, or undefined when it is not JSON. A byte order mark is passed over, as writers of .NET put one. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\u{FEFF}/u, ''));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
