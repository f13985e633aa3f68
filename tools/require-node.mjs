// After the install, `node` is the pinned one where the registry has a build for this platform. Elsewhere it is the
// host's own, which must run TypeScript as it is and hold an operating-system file lock through node:sqlite.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `immint: no pinned Node.js for ${process.platform}-${process.arch}, and the installed ${process.version} is too old: install Node.js 24 or newer.`,
  );
  process.exit(78);
}
