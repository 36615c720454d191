using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Tests.Librarian;

public sealed class PackageReaderTests
{
    [Theory]
    [InlineData("package.json", "{\n \"name\": \"a\",\n \"dependencies\": { \"left\": \"^1.0\" },\n \"devDependencies\": { \"right\": \"github:o/r\" }\n}", "left ^1.0 runtime  @3; right github:o/r dev git-branch @4")]
    [InlineData("composer.json", "{ \"require\": { \"php\": \">=8\", \"ext-json\": \"*\", \"a/b\": \"^2\" }, \"require-dev\": { \"c/d\": \"dev-main\" } }", "a/b ^2 runtime  @1; c/d dev-main dev git-branch @1")]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\nb = { version = \"2\", optional = true }\n[dependencies.c]\ngit = \"https://x/y\"\n[target.'cfg(unix)'.dev-dependencies]\nd = { workspace = true }\n", "a 1 runtime  @4; b 2 optional  @5; c  runtime git-branch @7; d  dev central @9")]
    [InlineData("pyproject.toml", "[project]\ndependencies = [\n  \"Foo_Bar[x]>=1,<2\",\n  'baz; python_version < \"3.11\"',\n]\n[dependency-groups]\ntest = [\"pytest\"]\n", "foo-bar >=1,<2 runtime  @3; baz  runtime  conditional@4; pytest  dev  @7")]
    [InlineData("pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.9\"\na = \"^1\"\nb = { git = \"https://x/b\", rev = \"abc\" }\n[tool.poetry.group.dev.dependencies]\nc = \"*\"\n", "a ^1 runtime  @3; b  runtime git-fixed @4; c * dev  @6")]
    [InlineData("requirements.txt", "# all\n-r other.txt\nflask==2.0 # web\nrequests\ngit+https://x/y/z.git@v1#egg=Z\n--no-binary :all:\n", "flask ==2.0 runtime  @3; requests  runtime  @4; z git+https://x/y/z.git@v1 runtime git-fixed @5")]
    [InlineData("setup.py", "setup(\n  install_requires=[\n    'a>=1', # why\n    \"b\",\n  ],\n)", "a >=1 runtime  @3; b  runtime  @4")]
    [InlineData("setup.py", "setup(install_requires=['a'] + read())", "a  runtime  @1")]
    [InlineData("setup.py", "setup(install_requires=[*read(), 'a'])", "")]
    [InlineData("setup.cfg", "[options]\ninstall_requires =\n  a>=1\n  b\n[flake8]\nignore = E1\n", "a >=1 runtime  @3; b  runtime  @4")]
    [InlineData("go.mod", "module x\ngo 1.22\nrequire (\n\ta.b/c v1.0.0\n\td.e/f v2.0.0 // indirect\n)\nrequire g.h/i v0.1.0\nreplace g.h/i => ../i\n", "a.b/c v1.0.0 runtime  @4; g.h/i v0.1.0 runtime local @7")]
    [InlineData("pom.xml", "<project>\n<properties><v>3</v></properties>\n<dependencies>\n<dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}.1</version></dependency>\n<dependency><groupId>g</groupId><artifactId>t</artifactId><scope>test</scope></dependency>\n</dependencies></project>", "g:a 3.1 runtime  @4; g:t  dev central @5")]
    [InlineData("build.gradle.kts", "dependencies {\n  implementation(\"g:a:1.0\")\n  testImplementation(libs.junit.api)\n  api(platform(\"g:bom:2\"))\n  implementation(project(\":x\"))\n}\n", "g:a 1.0 runtime  @2; junit.api  dev central @3; g:bom 2 runtime  @4")]
    [InlineData("Gemfile", "gem \"rails\", \"~> 7.1\", \">= 7.1.2\"\ngroup :test do\n  gem 'rspec', require: false\nend\ngem \"x\", git: \"https://x\"\n", "rails ~> 7.1, >= 7.1.2 runtime  @1; rspec  dev  conditional@3; x  runtime git-branch @5")]
    [InlineData("x.gemspec", "Gem::Specification.new do |s|\n  s.name = 'x'\n  s.add_dependency 'a', '~> 1'\n  s.add_development_dependency(\"b\")\nend\n", "a ~> 1 runtime  conditional@3; b  dev  conditional@4")]
    [InlineData("a.csproj", "<Project>\n<PropertyGroup><V>1.0</V></PropertyGroup>\n<ItemGroup>\n<PackageReference Include=\"A\" Version=\"$(V)\" />\n<PackageReference Include=\"B\" PrivateAssets=\"all\"><Version>2.*</Version></PackageReference>\n<PackageReference Include=\"C\" /></ItemGroup></Project>", "A 1.0 runtime  @4; B 2.* dev  @5; C  runtime central @6")]
    [InlineData("packages.config", "<packages>\n<package id=\"A\" version=\"1.0\" />\n</packages>", "A 1.0 runtime  @2")]
    public void Read_Manifest_GivesItsRequirements(string name, string text, string requirements) =>
        string.Join("; ", Rows(name, text).Where(row => row.Kind == PackageRows.Requires).Select(row => $"{row[0]} {row[1]} {row[2]} {row[3]} {row[4]}@{row.Line}")).ShouldBe(requirements);

    [Theory]
    [InlineData("package-lock.json", "{ \"lockfileVersion\": 3, \"packages\": { \"\": { \"name\": \"r\", \"version\": \"9\" }, \"node_modules/a\": { \"version\": \"1.0.0\", \"dev\": true }, \"node_modules/b/node_modules/@s/a\": { \"version\": \"2.0.0\" }, \"node_modules/w\": { \"resolved\": \"w\", \"link\": true }, \"w\": { \"version\": \"3\" } } }", "a 1.0.0, @s/a 2.0.0", "w")]
    [InlineData("package-lock.json", "{ \"lockfileVersion\": 1, \"dependencies\": { \"a\": { \"version\": \"1.0.0\", \"requires\": { \"b\": \"1\" }, \"dependencies\": { \"b\": { \"version\": \"1.1.0\" } } } } }", "a 1.0.0, b 1.1.0", "")]
    [InlineData("yarn.lock", "# yarn lockfile v1\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.0\"\n  dependencies:\n    version \"^2\"\n\nb@~2:\n  version \"2.0.1\"\n", "@s/a 1.2.0, b 2.0.1", "")]
    [InlineData("yarn.lock", "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.2.0\n  resolution: \"a@npm:1.2.0\"\n\n\"r@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"r@workspace:.\"\n\n\"w@workspace:packages/w\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:packages/w\"\n", "a 1.2.0", "packages/w")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0(b@2.0.0)\n\n  packages/w: {}\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: x}\n\n  '@s/b@2.0.0':\n    resolution: {integrity: x}\n\nsnapshots:\n\n  a@1.0.0(b@2.0.0):\n    dependencies: {}\n", "a 1.0.0, @s/b 2.0.0", "packages/w")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1\n\ndependencies:\n  a: 1.0.0_b@2.0.0\n\npackages:\n\n  /a/1.0.0_b@2.0.0:\n    dev: false\n\n  /@s/b/2.0.0:\n    dev: true\n", "a 1.0.0, @s/b 2.0.0", "")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: '6.0'\n\npackages:\n\n  /a@1.0.0(b@2.0.0):\n    dev: false\n", "a 1.0.0", "")]
    [InlineData("Cargo.lock", "version = 3\n[[package]]\nname = \"x\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://x\"\n", "a 1.0.0", "")]
    [InlineData("uv.lock", "[[package]]\nname = \"x\"\nversion = \"0.1\"\nsource = { editable = \".\" }\n[[package]]\nname = \"w\"\nversion = \"0.1\"\nsource = { editable = \"packages/w\" }\n[[package]]\nname = \"a\"\nversion = \"1.0\"\nsource = { registry = \"https://x\" }\nwheels = [\n  { url = \"u\", hash = \"h\" },\n]\n", "a 1.0", "packages/w")]
    [InlineData("poetry.lock", "[[package]]\nname = \"A.b\"\nversion = \"1.0\"\noptional = false\n[package.dependencies]\nname = \">=1\"\n[package.source]\ntype = \"git\"\nurl = \"x\"\n[metadata]\nlock-version = \"2.0\"\n", "a-b 1.0", "")]
    [InlineData("Pipfile.lock", "{ \"default\": { \"a\": { \"version\": \"==1.0\" } }, \"develop\": { \"b\": { \"version\": \"==2.0\" } } }", "a 1.0, b 2.0", "")]
    [InlineData("Gemfile.lock", "PATH\n  remote: .\n  specs:\n    own (1.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0-x86_64-linux)\n      b (>= 1)\n    b (2.0)\n\nDEPENDENCIES\n  a\n", "own , a 1.0, b 2.0", "")]
    [InlineData("composer.lock", "{ \"packages\": [ { \"name\": \"A/b\", \"version\": \"v1.0\", \"replace\": { \"c/d\": \"*\" } } ], \"packages-dev\": [ { \"name\": \"e/f\", \"version\": \"2.0\" } ] }", "a/b 1.0, c/d , e/f 2.0", "")]
    [InlineData("packages.lock.json", "{ \"version\": 1, \"dependencies\": { \"net8.0\": { \"A\": { \"type\": \"Direct\", \"requested\": \"[1,)\", \"resolved\": \"1.0\" } }, \"net9.0\": { \"A\": { \"type\": \"Direct\", \"resolved\": \"1.0\" } } } }", "A 1.0", "")]
    [InlineData("gradle.lockfile", "# comment\ng:a:1.0=compileClasspath,runtimeClasspath\nempty=x\n", "g:a 1.0", "")]
    [InlineData("requirements.txt", "# This file is autogenerated by pip-compile\na==1.0 \\\n    --hash=sha256:0\n    # via b\nb==2.0\n", "a 1.0, b 2.0", "")]
    public void Read_LockFile_GivesItsPackages(string name, string text, string packages, string covers)
    {
        var rows = Rows(name, text);
        string.Join(", ", rows.Where(row => row.Kind == PackageRows.Locked).Select(row => $"{row[0]} {row[1]}")).ShouldBe(packages);
        string.Join(", ", rows.Where(row => row.Kind == PackageRows.Covers).Select(row => row[0])).ShouldBe(covers);
    }

    [Theory]
    [InlineData("package.json", "{\n \"a\": 1\n<<<<<<< ours\n}", 3)]
    [InlineData("Cargo.toml", "[package]\nname = \"x\n", 2)]
    [InlineData("pom.xml", "<project>\n<a>\n</project>", 3)]
    [InlineData("package.json", "", 1)]
    public void Read_BrokenManifest_SaysWhere(string name, string text, int line) =>
        Rows(name, text).ShouldHaveSingleItem().ShouldSatisfyAllConditions(row => row.Kind.ShouldBe(PackageRows.Invalid), row => row.Line.ShouldBe(line));

    [Theory]
    [InlineData("package.json", "{ \"name\": \"{{ name }}\", {{#if x}} }")]
    [InlineData("pom.xml", "<!DOCTYPE project [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><project><artifactId>&x;</artifactId></project>")]
    public void Read_TemplateOrDocumentType_SaysNothing(string name, string text) => Rows(name, text).ShouldBeEmpty();

    [Fact]
    public void Read_HostileNesting_IsRefusedInLinearTime()
    {
        foreach (var (name, text) in ((string, string)[])
            [("package.json", new string('[', 200_000)), ("Cargo.toml", "a = " + new string('[', 200_000)), ("pom.xml", string.Concat(Enumerable.Repeat("<a>", 100_000))), ("pnpm-workspace.yaml", new string('[', 50_000))])
            Rows(name, text).ShouldHaveSingleItem(name).Kind.ShouldBe(PackageRows.Invalid, name);
    }

    private static DetailRow[] Rows(string name, string text)
    {
        var writer = new DetailWriter();
        PackageReader.Read(DetailRoles.File + name.ToLowerInvariant(), null, text, writer);
        return DetailRows.Parse(writer.Rows ?? "").ToArray();
    }
}
