using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Tests.Architect;

public sealed class ImportReaderTests
{
    [Theory]
    [InlineData("C#", "using A.B;\nglobal using static A.C;\nusing X = global::A.D;\n// using No;\nnamespace N.M;\nvar s = \"using No;\"; using var y = z; using (var q = w) { }", "1:A.B 2:A.C 3:A.D", "N.M")]
    [InlineData("C#", "/* using No; */ var a = @\"\nusing No;\"; var b = \"\"\"\nusing No;\n\"\"\";\nusing Yes;", "5:Yes", "")]
    [InlineData("TypeScript", "import a, { b as c } from './a';\nimport './b'\nexport * from \"./c\";\nimport type { T } from './t';\nconst d = require('./d');\nexport const e = 1; const from = 'no';", "1:./a 2:./b 3:./c 4:./t(type)=T 5:./d", "")]
    [InlineData("JavaScript", "// import './no'\nconst r = /['\"]/; const t = `import './no' ${ f(`x`) } '`;\nimport('./lazy').then(x => x);\nimport(name); a.require('./no'); f({ import: './no' });", "3:./lazy(lazy)", "")]
    [InlineData("Vue", "<template><p>import './no'</p></template>\n<script setup>\nimport x from './x.vue'\n</script>", "3:./x.vue", "")]
    [InlineData("Python", "\"\"\"\nimport no\n\"\"\"\nimport a.b as c, d\nfrom . import (e,  # import no\n  f as g)\nfrom ..h.i import *\nif t.TYPE_CHECKING:\n    from j import k\nasync def l(\n    m,\n):\n    import n\nimport o; x = 'import no'", "4:a.b 4:d 5:.=e,f 7:..h.i 9:j(type)=k 13:n(lazy) 14:o", "")]
    [InlineData("Go", "// import \"no\"\npackage p\n\nimport (\n\t\"a/b\"\n\t_ \"c\" // \"no\"\n\t. \"d\"\n)\nimport e \"f\"\nvar s = `import \"no\"`\nfunc f() { _ = \"no\" }", "5:a/b 6:c 7:d 9:f", "p")]
    [InlineData("Java", "package a.b;\n/* import no; */\nimport c.D;\nimport static e.F.g;\nimport h.*;\nclass X { D d = g(); String s = \"import no;\"; }", "3:c.D 4:e.F.g 5:h.*", "a.b")]
    [InlineData("Java", "package a;\nimport b.Used;\nimport b.OnlyInComments;\nimport static b.C.method;\n/** {@link OnlyInComments} */\nclass X extends Used { int i = method(); }", "2:b.Used 4:b.C.method", "a")]
    [InlineData("Kotlin", "package a.b\nimport c.D as E\nimport f.*\nfun g() = \"import no\"", "2:c.D 3:f.*", "a.b")]
    [InlineData("Rust", "#[cfg(all(test, not(loom)))]\nmod tests { use no::no; }\n#[cfg(all(unix, test))]\nmod more { use no::no; }\n#[cfg(any(test, unix))]\nmod x { use a::b; }\n#[cfg(not(test))]\nuse c::d;", "6:a::b=x 8:c::d", "")]
    [InlineData("Rust", "mod a;\npub use a::*;\npub(crate) use self::a::B;\npub mod c;\nuse c::D;\npub use other::E;", "1:a(child) 4:c(child) 5:c::D 6:other::E", "")]
    [InlineData("Rust", "use std::io;\nuse crate::a::{b, c::{self, D as E}, f::*};\nmod g;\n// use no;\n#[cfg(test)]\nmod tests { use no::no; }\nfn h<'a>(x: &'a str) { crate::i::j(); let s = r#\"use no;\"#; }", "1:std::io 2:crate::a::b 2:crate::a::c::self 2:crate::a::c::D 2:crate::a::f 3:g(child) 7:crate::i::j", "")]
    [InlineData("Rust", "use quote::quote;\nfn f() { let t = quote! { extern crate no; use no::b(#x[0]); }; quote_spanned!(s=> use no::c;) }\nmacro_rules! m { () => { use no::d; $crate::no::e(); }; }\nuse a::b;", "1:quote::quote 4:a::b", "")]
    [InlineData("C++", "#include \"a/b.h\"\n# include <c/d.h> // x\n/*\n#include \"no.h\"\n*/\nauto s = R\"x(\n#include \"no.h\"\n)x\"; int n = 1'000;\n#include \"e.h\"", "1:a/b.h 2:c/d.h(angle) 9:e.h", "")]
    public void Read_Source_FindsImportsAndNothingElse(string language, string text, string imports, string declares)
    {
        var rows = Read(language, text);

        string.Join(' ', DetailRows.Parse(rows, ImportRows.Import).Select(row => $"{row.Line}:{row[0]}{(row[1].Length > 0 ? $"({row[1]})" : "")}{(row[2].Length > 0 ? "=" + row[2] : "")}")).ShouldBe(imports);
        string.Join(' ', DetailRows.Parse(rows, ImportRows.Declares).Select(row => row[0])).ShouldBe(declares);
    }

    [Theory]
    [InlineData("C#", "class P {\n  static async Task<int> Main(string[] a) => 0; }", 2)]
    [InlineData("C#", "class P { void Main() { } // static void Main()\n }", 0)]
    [InlineData("Go", "package main\n\nfunc main() {}", 3)]
    [InlineData("Go", "package other\n\nfunc main() {}", 0)]
    [InlineData("Python", "x = 1\nif __name__ == \"__main__\":\n    x()", 2)]
    [InlineData("Java", "class A {\n public static void main(String[] a) {} }", 2)]
    [InlineData("Kotlin", "fun main() {}", 1)]
    [InlineData("Rust", "\nfn main() {}", 2)]
    [InlineData("C", "/* int main() */\nint main(void) { return 0; }", 2)]
    public void Read_Source_FindsWhereAProgramBegins(string language, string text, int line) =>
        DetailRows.Parse(Read(language, text), ImportRows.Main).Select(row => row.Line).FirstOrDefault().ShouldBe(line);

    [Theory]
    [InlineData("C#")]
    [InlineData("TypeScript")]
    [InlineData("Python")]
    [InlineData("Go")]
    [InlineData("Java")]
    [InlineData("Rust")]
    [InlineData("C++")]
    [InlineData("Vue")]
    public void Read_BrokenOrHostileText_Ends(string language)
    {
        foreach (var part in (string[])["\"", "'", "`", "`${", "/*", "(", "{", "use a::{", "import {", "import ", "from . import (", "#include <", "R\"x(", "r#\"", "\\", "@\"", "\"\"\"", "<script>`", "namespace ", "using ", "#[", "/["])
        {
            Read(language, part);
            Read(language, string.Concat(Enumerable.Repeat(part, 20_000)));
            Read(language, string.Concat(Enumerable.Repeat(part + "\n", 20_000)));
        }
    }

    private static string Read(string language, string text)
    {
        var writer = new DetailWriter();
        ImportReader.Read(DetailRoles.Code, language, text, writer);
        return writer.Rows ?? "";
    }
}
