// House rules that no linter has built in. Each says what went wrong elsewhere and what it catches here.

/** The only files that may read the environment: it is parsed once, in main, and passed on as values. */
const ENVIRONMENT_FILES = /apps\/(server|cli|sandbox)\/src\/env\.ts$|\.test\.ts$|^.*\/e2e\//;

/** The only files that may take a secret out of its wrapper: where it is signed, sealed, sent or handed to its owner. */
const REVEAL_FILES = [
  /packages\/secrets\/src\//,
  /packages\/providers\/src\//,
  /packages\/db\/src\/(.*-store|open-postgres)\.ts$/,
  /apps\/server\/src\/tokens\/token-answer\.ts$/,
  /apps\/server\/src\/keys\//,
  /\/e2e\//,
  /\.test\.ts$/,
];

const isApp = (source) => /^@immint\/(server|sandbox)(\/|$)/.test(source.value ?? '');

export default {
  meta: { name: 'house' },
  rules: {
    // Star exports are where module cycles and accidental public names come from.
    'no-export-star': {
      create: (context) => ({
        ExportAllDeclaration: (node) => context.report({ node, message: 're-export by name' }),
      }),
    },
    // Reading the environment deep inside makes code untestable and lets a foreign DATABASE_URL in.
    'no-process-env': {
      create: (context) => {
        if (ENVIRONMENT_FILES.test(context.filename)) return {};
        const report = (node) => context.report({ node, message: 'read the environment in env.ts only' });
        return {
          MemberExpression: (node) => {
            if (node.object.name === 'process' && (node.property.name === 'env' || node.property.value === 'env'))
              report(node);
          },
          ImportDeclaration: (node) => {
            if (!/^(node:)?process$/.test(node.source.value)) return;
            if (node.specifiers.some((specifier) => specifier.imported?.name === 'env')) report(node);
          },
        };
      },
    },
    // The client knows the server's router as a type, and the command line loads an app when a command needs it:
    // one static import too many, and every program that calls the server carries its database driver.
    'apps-are-types-or-lazy': {
      create: (context) => {
        const [, folder] = /(packages\/client|apps\/cli)\/src\/(?!.*\.test\.ts$)/.exec(context.filename) ?? [];
        if (folder === undefined) return {};
        return {
          ImportDeclaration: (node) => {
            if (isApp(node.source) && node.importKind !== 'type')
              context.report({
                node,
                message: 'import only types of an app; load its code with import() when it is needed',
              });
          },
          ImportExpression: (node) => {
            if (isApp(node.source) && folder === 'packages/client')
              context.report({ node, message: 'the client knows the server as a type only' });
          },
        };
      },
    },
    // A secret that is out of its wrapper can reach a log line; so few files may call reveal().
    'reveal-only-where-needed': {
      create: (context) => {
        if (REVEAL_FILES.some((pattern) => pattern.test(context.filename))) return {};
        return {
          CallExpression: (node) => {
            if (node.callee.type === 'MemberExpression' && node.callee.property.name === 'reveal')
              context.report({ node, message: 'this file is not on the list of those that may reveal a secret' });
          },
        };
      },
    },
  },
};
