/** The path of a request line as sent, without the query. A client that believes in a proxy sends a whole URL there. */
export function toSentPath(requestTarget: string): string {
  const path = requestTarget.split(/[?#]/, 1)[0] ?? '';
  return path.replace(/^https?:\/\/[^/]*/i, '');
}

/** As {@link toSentPath}, double slashes folded (the Go SDK of RongCloud sends some). */
export function toCallPath(requestTarget: string): string {
  return `/${toSentPath(requestTarget)}`.replaceAll(/\/{2,}/g, '/');
}

/** The values of a template's `{names}` in a path, percent-decoded; null when the path is another one. */
export function matchPath(template: string, path: string): Record<string, string> | null {
  const names = template.split('/');
  const parts = path.split('/');
  if (names.length !== parts.length) return null;
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? '';
    if (!name.startsWith('{')) {
      if (name !== part) return null;
    } else {
      if (part === '') return null;
      values[name.slice(1, -1)] = decodePart(part);
    }
  }
  return values;
}

/**
 * Whether the `path` of a fault or limit means the call with this template: the template itself (whatever its
 * `{names}`), a path of it, or, where it begins with two of them (Easemob), what follows.
 */
export function meansCall(path: string, template: string): boolean {
  return isTemplate(toCallPath(path), template) || matchPath(template, toCallPath(path)) !== null;
}

/** As {@link meansCall}, for one request: a path written out in full means only itself. */
export function meansRequest(path: string, template: string, requestPath: string): boolean {
  return isTemplate(toCallPath(path), template) || toCallPath(path) === requestPath;
}

const TWO_NAMES = /^\/\{\}\/\{\}(?=\/)/;

function isTemplate(path: string, template: string): boolean {
  const nameless = withoutNames(template);
  return [nameless, nameless.replace(TWO_NAMES, '')].includes(withoutNames(path));
}

function withoutNames(path: string): string {
  return path.replaceAll(/\{[^}/]*\}/g, '{}');
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
