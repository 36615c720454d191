using System.Collections.Frozen;
using static Charterhouse.Agents.Scan.Languages.LanguageKind;

namespace Charterhouse.Agents.Scan.Languages;

/// <summary>The languages, and how a file is known to be in one. A change of a row must raise <see cref="Facts.RepositoryFacts.ScannerVersion"/>.</summary>
internal static class LanguageTable
{
    /// <summary>Every language, by name.</summary>
    public static IReadOnlyList<Language> All { get; } =
    [
        new("Ada", Code, CommentSyntax.Ada, ".adb .ads"),
        new("Assembly", Code, CommentSyntax.Assembly, ".asm .s"),
        new("AsciiDoc", Prose, CommentSyntax.None, ".adoc .asciidoc"),
        new("Astro", Code, CommentSyntax.Component, ".astro"),
        new("Awk", Code, CommentSyntax.Hash, ".awk", "", "awk gawk mawk"),
        new("Batchfile", Code, CommentSyntax.Batch, ".bat .cmd"),
        new("Blade", Markup, CommentSyntax.Blade, ".blade.php .blade"),
        new("Bicep", Code, CommentSyntax.C, ".bicep"),
        new("C", Code, CommentSyntax.C, ".c .h"),
        new("C#", Code, CommentSyntax.CSharp, ".cs .csx"),
        new("C++", Code, CommentSyntax.C, ".cpp .cc .cxx .c++ .hpp .hh .hxx .ipp .inl .tpp .ixx"),
        new("Clojure", Code, CommentSyntax.Semicolon, ".clj .cljs .cljc .edn"),
        new("CMake", Code, CommentSyntax.CMake, ".cmake", "cmakelists.txt"),
        new("COBOL", Code, CommentSyntax.Cobol, ".cob .cbl .cobol"),
        new("CoffeeScript", Code, CommentSyntax.CoffeeScript, ".coffee"),
        new("Common Lisp", Code, CommentSyntax.Lisp, ".lisp .lsp"),
        new("Crystal", Code, CommentSyntax.Hash, ".cr"),
        new("CSS", Markup, CommentSyntax.Css, ".css"),
        new("CSV", Data, CommentSyntax.None, ".csv .tsv"),
        new("CUDA", Code, CommentSyntax.C, ".cu .cuh"),
        new("D", Code, CommentSyntax.D, ".d"),
        new("Dart", Code, CommentSyntax.JvmScript, ".dart"),
        new("Dockerfile", Code, CommentSyntax.Hash, ".dockerfile", "dockerfile containerfile"),
        new("EJS", Markup, CommentSyntax.Ejs, ".ejs"),
        new("Elixir", Code, CommentSyntax.Elixir, ".ex .exs"),
        new("Elm", Code, CommentSyntax.Elm, ".elm"),
        new("Emacs Lisp", Code, CommentSyntax.Semicolon, ".el"),
        new("ERB", Markup, CommentSyntax.Ejs, ".erb"),
        new("Erlang", Code, CommentSyntax.Erlang, ".erl .hrl", "rebar.config", "escript"),
        new("F#", Code, CommentSyntax.FSharp, ".fs .fsi .fsx"),
        new("Fortran", Code, CommentSyntax.FortranFixed, ".f .for .f77"),
        new("Fortran Free Form", Code, CommentSyntax.Fortran, ".f90 .f95 .f03 .f08"),
        new("Gherkin", Code, CommentSyntax.Hash, ".feature"),
        new("GLSL", Code, CommentSyntax.C, ".glsl .vert .frag .geom .comp"),
        new("Go", Code, CommentSyntax.Go, ".go"),
        new("Go Module", Data, CommentSyntax.C, "", "go.mod go.work"),
        new("GraphQL", Code, CommentSyntax.GraphQl, ".graphql .gql .graphqls"),
        new("Groovy", Code, CommentSyntax.JvmScript, ".groovy .gradle", "jenkinsfile", "groovy"),
        new("Handlebars", Markup, CommentSyntax.Handlebars, ".hbs .handlebars .mustache"),
        new("Haskell", Code, CommentSyntax.Haskell, ".hs .lhs", "", "runhaskell"),
        new("HCL", Code, CommentSyntax.HashSlash, ".tf .tfvars .hcl .nomad"),
        new("HLSL", Code, CommentSyntax.C, ".hlsl .fx .hlsli"),
        new("HTML", Markup, CommentSyntax.Xml, ".html .htm .xhtml"),
        new("INI", Data, CommentSyntax.Ini, ".ini .cfg .prefs .editorconfig", ".editorconfig .gitconfig .npmrc .flake8 .pylintrc"),
        new("Java", Code, CommentSyntax.Jvm, ".java"),
        new("Java Properties", Data, CommentSyntax.Properties, ".properties"),
        new("JavaScript", Code, CommentSyntax.JavaScript, ".js .mjs .cjs .jsx .es6", "", "node nodejs"),
        new("Jinja", Markup, CommentSyntax.Jinja, ".jinja .jinja2 .j2 .twig .njk"),
        new("JSON", Data, CommentSyntax.None, ".json .geojson .webmanifest .jsonl .ndjson", ".prettierrc .eslintrc .babelrc .watchmanconfig"),
        new("JSON with Comments", Data, CommentSyntax.C, ".jsonc .json5 .code-workspace", "tsconfig.json jsconfig.json"),
        new("JSP", Markup, CommentSyntax.ServerPage, ".jsp .aspx .ascx .ashx .master"),
        new("Julia", Code, CommentSyntax.Julia, ".jl", "", "julia"),
        new("Jupyter Notebook", Data, CommentSyntax.None, ".ipynb"),
        new("Kotlin", Code, CommentSyntax.JvmNested, ".kt .kts"),
        new("Lex", Code, CommentSyntax.C, ".l .lex"),
        new("Less", Markup, CommentSyntax.Scss, ".less"),
        new("Liquid", Markup, CommentSyntax.Liquid, ".liquid"),
        new("Lua", Code, CommentSyntax.Lua, ".lua", "", "lua luajit"),
        new("M4", Code, CommentSyntax.M4, ".m4", "configure.ac"),
        new("Makefile", Code, CommentSyntax.Hash, ".mk .mak", "makefile gnumakefile bsdmakefile"),
        new("Markdown", Prose, CommentSyntax.Xml, ".md .markdown .mdown .mkd .mkdn"),
        new("MATLAB", Code, CommentSyntax.Matlab, ".matlab"),
        new("MDX", Prose, CommentSyntax.Xml, ".mdx"),
        new("Meson", Code, CommentSyntax.Hash, "", "meson.build meson_options.txt"),
        new("MSBuild", Data, CommentSyntax.Xml, ".csproj .fsproj .vbproj .props .targets .proj .shproj .vcxproj .pubxml .slnx .wixproj .sqlproj .esproj .dcproj", "packages.config nuget.config"),
        new("Nim", Code, CommentSyntax.Nim, ".nim .nims .nimble"),
        new("Nix", Code, CommentSyntax.Nix, ".nix"),
        new("Objective-C", Code, CommentSyntax.C, ".m"),
        new("Objective-C++", Code, CommentSyntax.C, ".mm"),
        new("OCaml", Code, CommentSyntax.Ml, ".ml .mli", "", "ocaml"),
        new("Pascal", Code, CommentSyntax.Pascal, ".pas .pp .dpr .lpr"),
        new("Perl", Code, CommentSyntax.Perl, ".pl .pm .t .pod", "", "perl"),
        new("PHP", Code, CommentSyntax.Php, ".php .phtml .php5", "", "php"),
        new("PowerShell", Code, CommentSyntax.PowerShell, ".ps1 .psm1 .psd1", "", "pwsh powershell"),
        new("Prisma", Code, CommentSyntax.C, ".prisma"),
        new("Protocol Buffers", Code, CommentSyntax.C, ".proto"),
        new("Pug", Markup, CommentSyntax.Pug, ".pug .jade"),
        new("Python", Code, CommentSyntax.Python, ".py .pyi .pyw .pyx .pxd", "sconstruct sconscript wscript", "python pypy"),
        new("QML", Code, CommentSyntax.JavaScript, ".qml"),
        new("R", Code, CommentSyntax.Hash, ".r", ".rprofile", "rscript"),
        new("Racket", Code, CommentSyntax.Lisp, ".rkt"),
        new("Razor", Markup, CommentSyntax.Razor, ".cshtml .razor .vbhtml"),
        new("reStructuredText", Prose, CommentSyntax.None, ".rst"),
        new("Ruby", Code, CommentSyntax.Ruby, ".rb .rake .gemspec .ru .podspec .rbi", "gemfile rakefile podfile vagrantfile fastfile brewfile guardfile", "ruby jruby"),
        new("Rust", Code, CommentSyntax.Rust, ".rs"),
        new("Sass", Markup, CommentSyntax.Scss, ".sass"),
        new("Scala", Code, CommentSyntax.JvmNested, ".scala .sc .sbt"),
        new("Scheme", Code, CommentSyntax.Lisp, ".scm .ss .sld"),
        new("SCSS", Markup, CommentSyntax.Scss, ".scss"),
        new("Shell", Code, CommentSyntax.Hash, ".sh .bash .zsh .ksh .fish .bats .ebuild", ".bashrc .zshrc .profile .bash_profile pkgbuild .envrc", "sh bash zsh dash ksh ash fish bats"),
        new("Solidity", Code, CommentSyntax.C, ".sol"),
        new("SQL", Code, CommentSyntax.Sql, ".sql .psql .pgsql .plsql .ddl"),
        new("Starlark", Code, CommentSyntax.Python, ".bzl .bazel .star", "build.bazel workspace.bazel tiltfile"),
        new("Stylus", Markup, CommentSyntax.Scss, ".styl"),
        new("Svelte", Code, CommentSyntax.Component, ".svelte"),
        new("SVG", Data, CommentSyntax.Xml, ".svg"),
        new("Swift", Code, CommentSyntax.JvmNested, ".swift", "", "swift"),
        new("Tcl", Code, CommentSyntax.Hash, ".tcl .tk", "", "tclsh wish expect"),
        new("TeX", Prose, CommentSyntax.Percent, ".tex .sty .cls .bib"),
        new("Thrift", Code, CommentSyntax.HashSlash, ".thrift"),
        new("TOML", Data, CommentSyntax.Hash, ".toml", "pipfile"),
        new("TypeScript", Code, CommentSyntax.JavaScript, ".ts .tsx .mts .cts", "", "deno ts-node tsx bun"),
        new("Vala", Code, CommentSyntax.C, ".vala .vapi"),
        new("Verilog", Code, CommentSyntax.C, ".v .sv .svh .vh"),
        new("VHDL", Code, CommentSyntax.Dash, ".vhd .vhdl"),
        new("Vim Script", Code, CommentSyntax.Vim, ".vim", ".vimrc _vimrc"),
        new("Visual Basic", Code, CommentSyntax.Basic, ".vb .vbs .bas"),
        new("Vue", Code, CommentSyntax.Component, ".vue"),
        new("WebAssembly", Code, CommentSyntax.WebAssembly, ".wat .wast"),
        new("WGSL", Code, CommentSyntax.C, ".wgsl"),
        new("XAML", Markup, CommentSyntax.Xml, ".xaml .axaml"),
        new("XML", Data, CommentSyntax.Xml, ".xml .xcscheme .xsd .wsdl .plist .natvis .filters .jmx .xcprivacy .pom .resx .nuspec .config .xlf .xliff .storyboard .xib .ruleset .runsettings .vsixmanifest .rss .atom", "pom.xml"),
        new("XSLT", Code, CommentSyntax.Xml, ".xsl .xslt"),
        new("Yacc", Code, CommentSyntax.C, ".y .yy"),
        new("YAML", Data, CommentSyntax.Hash, ".yml .yaml", ".clang-format .clang-tidy .clangd citation.cff .yamllint"),
        new("Zig", Code, CommentSyntax.Zig, ".zig .zon"),
    ];

    private static readonly FrozenDictionary<string, Language> ByName = All.ToFrozenDictionary(l => l.Name, StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["c++"] = "C++",
        ["cpp"] = "C++",
        ["cs"] = "C#",
        ["csharp"] = "C#",
        ["fsharp"] = "F#",
        ["js"] = "JavaScript",
        ["js2"] = "JavaScript",
        ["javascript"] = "JavaScript",
        ["ts"] = "TypeScript",
        ["golang"] = "Go",
        ["cperl"] = "Perl",
        ["make"] = "Makefile",
        ["makefile-gmake"] = "Makefile",
        ["vim"] = "Vim Script",
        ["elisp"] = "Emacs Lisp",
        ["emacs-lisp"] = "Emacs Lisp",
        ["lisp"] = "Common Lisp",
        ["objc"] = "Objective-C",
        ["asm"] = "Assembly",
        ["tex"] = "TeX",
        ["latex"] = "TeX",
        ["rst"] = "reStructuredText",
        ["dosbatch"] = "Batchfile",
        ["ps1"] = "PowerShell",
        ["yml"] = "YAML",
        ["terraform"] = "HCL",
        ["shell-script"] = "Shell",
        ["html"] = "HTML",
        ["nxml"] = "XML",
        ["tsx"] = "TypeScript",
        ["typescriptreact"] = "TypeScript",
        ["javascriptreact"] = "JavaScript",
        ["proto"] = "Protocol Buffers",
        ["cuda"] = "CUDA",
    }.ToFrozenDictionary(StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Language> ByExtension = Index(l => l.Extensions);
    private static readonly FrozenDictionary<string, Language> ByFileName = Index(l => l.FileNames);
    private static readonly FrozenDictionary<string, Language> ByInterpreter = Index(l => l.Interpreters);

    /// <summary>The language of that name, without regard to case, or null. Understands a linguist-language value (blanks as hyphens).</summary>
    public static Language? Find(string name) => ByName.GetValueOrDefault(name) ?? ByName.GetValueOrDefault(name.Replace('-', ' '));

    /// <summary>The language that the path tells: by file name, then by the longest extension that is known; null when it tells none.</summary>
    public static Language? OfPath(string path)
    {
        var written = path[(path.LastIndexOf('/') + 1)..];
        // Bazel's files; in small letters it is a script or a program.
        if (written is "BUILD" or "WORKSPACE") return ByName["Starlark"];
        var name = written.ToLowerInvariant();
        if (ByFileName.TryGetValue(name, out var language)) return language;
        // "Dockerfile.build", "Makefile.am"; but dockerfile.pm is Perl.
        if (written.StartsWith("Dockerfile.", StringComparison.Ordinal)) return ByName["Dockerfile"];
        if (name is "makefile.am" or "makefile.in") return ByName["Makefile"];
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            if (ByExtension.TryGetValue(name[dot..], out language)) return language;
        return name.StartsWith("dockerfile.", StringComparison.Ordinal) ? ByName["Dockerfile"] : null;
    }

    /// <summary>True when the name has nothing after a dot, so that only the content can tell.</summary>
    public static bool NeedsContent(string path) => !path.AsSpan(path.LastIndexOf('/') + 1).TrimStart('.').Contains('.');

    /// <summary>The language of a <c>#!</c> line, or null.</summary>
    public static Language? OfShebang(string firstLine)
    {
        if (!firstLine.StartsWith("#!", StringComparison.Ordinal)) return null;
        var words = firstLine[2..].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return null;
        var program = words[0];
        if (program.EndsWith("/env", StringComparison.Ordinal))
            program = words.Skip(1).FirstOrDefault(word => !word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal)) ?? "";
        program = program[(program.LastIndexOf('/') + 1)..].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        return ByInterpreter.GetValueOrDefault(program.ToLowerInvariant());
    }

    /// <summary>The language that an editor calls by that name: its own name, an interpreter or a usual short form; null for none.</summary>
    public static Language? OfAlias(string alias)
    {
        alias = alias.ToLowerInvariant();
        return Aliases.TryGetValue(alias, out var name) ? ByName[name] : Find(alias) ?? ByInterpreter.GetValueOrDefault(alias);
    }

    private static FrozenDictionary<string, Language> Index(Func<Language, string> words)
    {
        var index = new Dictionary<string, Language>(StringComparer.Ordinal);
        foreach (var language in All)
            foreach (var word in words(language).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                index.Add(word, language);
        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
