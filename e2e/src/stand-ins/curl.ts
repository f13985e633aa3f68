import process from 'node:process';

// Stands in for curl where there is none: the few flags that the documentation uses, and any other is an error.
const args = process.argv.slice(2);
let url = '';
let method: string | undefined;
const headers = new Headers();
const data: string[] = [];

const encoded = (field: string): string => {
  const at = field.indexOf('=');
  return `${field.slice(0, at)}=${encodeURIComponent(field.slice(at + 1))}`;
};
const FLAGS: Readonly<Record<string, (value: string) => void>> = {
  '-X': (value) => (method = value),
  '-H': (value) => headers.set(value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1).trim()),
  '-d': (value) => data.push(value),
  '--data-urlencode': (value) => data.push(encoded(value)),
};

while (args.length > 0) {
  const word = args.shift() ?? '';
  const flag = FLAGS[word];
  if (flag !== undefined) flag(args.shift() ?? '');
  else if (word !== '-s' && word.startsWith('-')) throw new Error(`the stand-in for curl does not know ${word}`);
  else if (word !== '-s') url = word;
}
if (data.length > 0 && !headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded');
const body = data.length > 0 ? { body: data.join('&') } : {};
const response = await fetch(url, { method: method ?? (data.length > 0 ? 'POST' : 'GET'), headers, ...body });
process.stdout.write(await response.text());
