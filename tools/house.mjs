// House rules that no linter has built in. Each says what went wrong elsewhere and what it catches here.

/** The only files that may read the environment: it is parsed once, in main, and passed on as values. */
const ENVIRONMENT_FILES = /apps\/(server|cli|sandbox)\/src\/env\.ts$|\.test\.ts$|^.*\/e2e\//;

/** The only files that may take a secret out of its wrapper: where it is signed, sealed, sent or handed to its owner. */
const REVEAL_FILES = [
  /packages\/secrets\/src\/(key-file|key-file-content|key-ring|seal)\.ts$/,
  /packages\/providers\/src\/(easemob|easemob-(call|dynamic-token|register|user-token|users)|signed-body)\.ts$/,
  /packages\/providers\/src\/testing\/provider-suite\.ts$/,
  /packages\/db\/src\/open-postgres\.ts$/,
  /apps\/server\/src\/keys\/create\.ts$/,
  /apps\/server\/src\/tokens\/token-answer\.ts$/,
  /\/e2e\/src\/house\.ts$/,
  /\/e2e\/src\/proof\/cluster\.ts$/,
  /\/bench\/src\/(pace|stored)\.ts$/,
  /\.test(-d)?\.ts$/,
];

/** The text that a node stands for wherever it runs, if there is one. */
const textOf = (node) => {
  if (node?.type === 'Literal') return node.value;
  if (node?.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0].value.cooked;
  return undefined;
};

/** The name of a member or property, however it is written: `.a`, `['a']`, `{ a }`, `{ 'a': b }`. */
const nameOf = ({ computed, key }) => (!computed && key.type === 'Identifier' ? key.name : textOf(key));
const memberName = ({ computed, property }) => nameOf({ computed, key: property });

/** What is left of an expression without types, `await`, and what `?.` and brackets wrap around it. */
const WRAPPERS = /^(AwaitExpression|ChainExpression|ParenthesizedExpression|TS.*Expression)$/;
const bare = (node) => (WRAPPERS.test(node?.type) ? bare(node.expression ?? node.argument) : node);

/** Where the values of a destructuring pattern come from, as far as the same statement tells. */
const sourceOf = ({ parent }) => parent.init ?? parent.right;

const isApp = (source) => /^@immint\/(server|sandbox)(\/|$)/.test(textOf(source) ?? '');
const isProcessModule = (source) => /^(node:)?process$/.test(textOf(source) ?? '');

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
        const namesOfProcess = new Set(['process']);
        const isProcess = (wrapped) => {
          const node = bare(wrapped);
          if (node?.type === 'Identifier') return namesOfProcess.has(node.name);
          if (node?.type === 'MemberExpression') return memberName(node) === 'process';
          return node?.type === 'ImportExpression' && isProcessModule(node.source);
        };
        return {
          ImportDeclaration: (node) => {
            if (!isProcessModule(node.source)) return;
            for (const specifier of node.specifiers) {
              if (specifier.type !== 'ImportSpecifier') namesOfProcess.add(specifier.local.name);
              else if (specifier.imported.name === 'env') report(node);
            }
          },
          ExportNamedDeclaration: (node) => {
            if (isProcessModule(node.source) && node.specifiers.some(({ local }) => local.name === 'env')) report(node);
          },
          MemberExpression: (node) => {
            if (memberName(node) === 'env' && isProcess(node.object)) report(node);
          },
          ObjectPattern: (node) => {
            const ofProcess =
              node.parent.type === 'Property' ? nameOf(node.parent) === 'process' : isProcess(sourceOf(node));
            if (ofProcess && node.properties.some((each) => each.type === 'Property' && nameOf(each) === 'env'))
              report(node);
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
        const refuseValues = (node) => {
          if (isApp(node.source) && (node.importKind ?? node.exportKind) !== 'type')
            context.report({
              node,
              message: 'import only types of an app; load its code with import() when it is needed',
            });
        };
        return {
          ImportDeclaration: refuseValues,
          ExportNamedDeclaration: refuseValues,
          ExportAllDeclaration: refuseValues,
          ImportExpression: (node) => {
            if (isApp(node.source) && folder === 'packages/client')
              context.report({ node, message: 'the client knows the server as a type only' });
          },
        };
      },
    },
    // A secret that is out of its wrapper can reach a log line; so few files may touch its reveal().
    'reveal-only-where-needed': {
      create: (context) => {
        if (REVEAL_FILES.some((pattern) => pattern.test(context.filename))) return {};
        const report = (node) =>
          context.report({ node, message: 'this file is not on the list of those that may reveal a secret' });
        return {
          MemberExpression: (node) => {
            if (memberName(node) === 'reveal') report(node);
          },
          ObjectPattern: (node) => {
            if (node.properties.some((each) => each.type === 'Property' && nameOf(each) === 'reveal')) report(node);
          },
        };
      },
    },
  },
};
