/** A command with its flags and the commands below it. */
export interface CompletionTree {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly { readonly name: string; readonly description: string; readonly takesValue: boolean }[];
  readonly commands: readonly CompletionTree[];
  readonly takesFiles: boolean;
}

export const shells = ["bash", "zsh", "fish"] as const;

/** A script that a shell evaluates to complete the commands and flags of a tree, and file names where arguments go. */
export function completionScript(shell: (typeof shells)[number], tree: CompletionTree): string {
  return { bash, zsh, fish }[shell](tree);
}

/** Every command of the tree by its words: `""`, `data`, `data inspect`. */
function paths(
  tree: CompletionTree,
  words: readonly string[] = [],
): { words: readonly string[]; node: CompletionTree }[] {
  return [{ words, node: tree }, ...tree.commands.flatMap((child) => paths(child, [...words, child.name]))];
}

/** The words before the one that is typed, without flags, choose the case. */
function bash(tree: CompletionTree): string {
  const cases = paths(tree).map(({ words, node }) => {
    const known = [...node.commands.map(({ name }) => name), ...node.flags.map(({ name }) => name)].join(" ");
    return `    ${quote(words.join(" "))}) known=${quote(known)} ;;`;
  });
  const groups = paths(tree).filter(({ node }) => node.commands.length > 0);
  return `# bash completion for ${tree.name}: eval "$(${tree.name} completion bash)"
_${tree.name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" known="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path" in
      ${groups.map(({ words }) => quote(words.join(" "))).join("|")}) [[ $word == -* ]] || path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$known" -- "$current"))
}
complete -o default -o bashdefault -F _${tree.name} ${tree.name}
`;
}

function zsh(tree: CompletionTree): string {
  const cases = paths(tree).map(({ words, node }) => {
    const described = [...node.commands, ...node.flags].map(({ name, description }) =>
      quote(`${name.replaceAll(":", "\\:")}:${description}`),
    );
    return `    ${quote(words.join(" "))}) known=(${described.join(" ")}) ;;`;
  });
  const groups = paths(tree).filter(({ node }) => node.commands.length > 0);
  return `#compdef ${tree.name}
# zsh completion for ${tree.name}: eval "$(${tree.name} completion zsh)"
_${tree.name}() {
  local path_words="" word
  local -a known
  for word in \${words[2,CURRENT-1]}; do
    case "$path_words" in
      ${groups.map(({ words }) => `(${quote(words.join(" "))})`).join("|")}) [[ $word == -* ]] || path_words="\${path_words:+$path_words }$word" ;;
    esac
  done
  case "$path_words" in
${cases.join("\n")}
  esac
  _describe -t commands ${tree.name} known
  [[ \${words[CURRENT]} == -* ]] || _files
}
(( $+functions[compdef] )) && compdef _${tree.name} ${tree.name}
`;
}

function fish(tree: CompletionTree): string {
  const lines = paths(tree).flatMap(({ words, node }) => {
    const below = node.commands.map(({ name }) => name).join(" ");
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const here = [...seen, ...(below === "" ? [] : [`not __fish_seen_subcommand_from ${below}`])].join("; and ");
    const condition = here === "" ? "" : ` -n ${quote(here)}`;
    return [
      ...node.commands.map(
        ({ name, description }) => `complete -c ${tree.name} -f${condition} -a ${quote(name)} -d ${quote(description)}`,
      ),
      ...(node.commands.length > 0
        ? []
        : node.flags.map(
            ({ name, description, takesValue }) =>
              `complete -c ${tree.name}${condition} -l ${name.slice(2)}${takesValue ? " -r" : ""} -d ${quote(description)}`,
          )),
    ];
  });
  return `# fish completion for ${tree.name}: ${tree.name} completion fish | source\n${lines.join("\n")}\n`;
}

/** Text as one word of a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
