import { withSeenLevels } from "../lower/with-seen-levels.ts";
import { lowerProgram } from "../lower.ts";
import type { CompiledFile, CompileOptions, Compiler, Lowered } from "../model.ts";
import { prefixOf, titleOf } from "../printing/names.ts";
import { shallow } from "../printing/shallow.ts";
import { printClass } from "./print-class.ts";
import { runtimeText } from "./runtime-text.ts";

/** javac nests its own calls with the depth of an expression. */
const deepest = 40;

/** One class for Java 17 without dependencies: `Model.score(row)`, and a CSV filter as its main. */
export const javaCompiler: Compiler = {
  kind: "compiler",
  name: "java",
  version: "1",
  traits: { exact: true, tolerance: 0 },
  supports: () => [],
  compile: (program, tensors, options) => {
    const lowered = shallow(withSeenLevels(lowerProgram(program, tensors)), deepest);
    return { files: files(lowered, options), usage: ["javac Model.java", "java Model < in.csv > out.csv"] };
  },
};

/**
 * The class stands twice: without a package, for the command line, and in a package, since a class without one cannot be
 * imported, for Maven.
 */
function files(lowered: Lowered, options: CompileOptions): CompiledFile[] {
  const [imports, support] = runtime();
  const model = printClass(lowered, options, support);
  const folder = packageOf(options);
  const source = (head: string) => `// ${titleOf(options)}\n${head}${imports}\n${model}`;
  return [
    { path: "Model.java", content: source("") },
    { path: "pom.xml", content: printProject(options) },
    { path: `src/main/java/${folder.replaceAll(".", "/")}/Model.java`, content: source(`package ${folder};\n\n`) },
  ];
}

const reserved = new Set(
  "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null".split(
    " ",
  ),
);

function packageOf(options: CompileOptions): string {
  const name = prefixOf(options);
  return `millrace.${name}${reserved.has(name) ? "_" : ""}`;
}

/** The imports, and the class to be nested. */
function runtime(): readonly [imports: string, support: string] {
  const start = runtimeText.indexOf("/**");
  const support = runtimeText
    .slice(start)
    .trimEnd()
    .replace("final class Support", "private static final class Support");
  return [runtimeText.slice(0, start), support];
}

function printProject(options: CompileOptions): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${titleOf(options)} -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId>
  <artifactId>${prefixOf(options).replaceAll("_", "-")}</artifactId>
  <version>${Number.isSafeInteger(options.version) ? options.version : 0}.0.0</version>
  <packaging>jar</packaging>
  <name>${prefixOf(options)}</name>
  <description>A trained model as dependency-free code.</description>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-jar-plugin</artifactId>
        <configuration>
          <archive>
            <manifest>
              <mainClass>${packageOf(options)}.Model</mainClass>
            </manifest>
          </archive>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
`;
}
