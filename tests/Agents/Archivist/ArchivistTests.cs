using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Archivist;

public sealed class ArchivistTests
{
    [Theory]
    [InlineData("# T\n\nA tool that counts sheep at night.\n", "A tool that counts sheep at night.", 3)]
    [InlineData("T\n===\n\n.. image:: x.png\n   :alt: y\n\nA *tool* that counts ``sheep`` at night.\n", "A tool that counts sheep at night.", 7)]
    [InlineData("<p align=\"center\">\n  <img\n    src=\"x.png\">\n</p>\n<h1>T</h1>\n\n[Docs](x) | [Chat](y) | [Site](z)\n\n**T** is a tool, e.g. for sheep. It counts. It sleeps.\n", "T is a tool, e.g. for sheep. It counts.", 9)]
    [InlineData("# T\n> Note: moved\n\n- a list of things here\n\n```\ncode that is no prose at all\n```\n\n## Use\n", null, 0)]
    [InlineData("# T\n\n<!--\nA comment that looks like a description of it.\n-->\n\nSorts the imports of your files.\n", "Sorts the imports of your files.", 7)]
    [InlineData("[![b](https://x/b.svg)](https://x) [![c][d]][e]\n\nSorts the [imports](https://y) of your files.\n", "Sorts the imports of your files.", 3)]
    [InlineData("# T\n\nSee our [web site](https://t.example.org/x.y) for details on the project.\n\nYou need to have a compiler installed.\n", null, 0)]
    public void Read_Readme_QuotesTheFirstDescription(string readme, string? text, int line)
    {
        var purpose = PurposeReader.Read(new Excerpt("README.md", readme, false));
        purpose?.Text.ShouldBe(text);
        (purpose?.Line ?? 0).ShouldBe(line);
    }

    [Theory]
    [InlineData("Apache License\nVersion 2.0, January 2004\n", "Apache-2.0")]
    [InlineData("GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007\n", "GPL-3.0")]
    [InlineData("GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n incorporates the terms of version 3 of the GNU General Public License", "LGPL-3.0")]
    [InlineData("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3", "AGPL-3.0")]
    [InlineData("Redistribution and use in source and binary forms ... to endorse or promote products ... THIS SOFTWARE IS PROVIDED", "BSD-3-Clause")]
    [InlineData("Redistribution and use in source and binary forms, ... THIS SOFTWARE IS PROVIDED BY", "BSD-2-Clause")]
    [InlineData("Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice", "ISC")]
    [InlineData("Mozilla Public License Version 2.0\n", "MPL-2.0")]
    [InlineData("This is free and unencumbered software released into the public domain.", "Unlicense")]
    [InlineData(Licences.Mit, "MIT")]
    [InlineData("All rights reserved. Ask us.", null)]
    public void Recognise_Text_GivesTheSpdxId(string text, string? id) => LicenceTexts.Recognise(text).ShouldBe(id);

    [Theory]
    [InlineData("MIT", "MIT", true)]
    [InlineData("GPL-3.0", "GPL-3.0-or-later", true)]
    [InlineData("MIT", "Apache-2.0 OR MIT", true)]
    [InlineData("MIT", "Apache-2.0", false)]
    [InlineData("BSD-3-Clause", "BSD", true)]
    public void Agree_Ids_MeanTheSameLicence(string recognised, string declared, bool agree) => LicenceTexts.Agree(recognised, declared).ShouldBe(agree);

    [Fact]
    public async Task Kinds_AreThoseOfThePackagesWithMostCode()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <a@example.org>", "2026-01-01T10:00:00")
            .File("packages/create/package.json", "{\"name\":\"create\",\"bin\":\"x.js\"}").File("packages/create/x.js", "run();\n")
            .File("packages/vase/package.json", "{\"name\":\"vase\",\"bin\":\"x.js\",\"main\":\"x.js\"}").File("packages/vase/x.js", "run();\nrun();\n")
            .File(".github/actions/set-up/action.yml", "name: Set up\nruns:\n  using: composite\n");
        var head = repository.Build();
        var result = ArchivistAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);

        var identity = CanonicalJson.FromElement<IdentitySection>(result.Sections.Single(section => section.Key == SectionNames.Identity).Value);
        identity.Kinds.Select(kind => $"{kind.Kind} {kind.Path}").ShouldBe(["command-line tool packages/vase/package.json", "library packages/vase/package.json"]);
    }

    [Fact]
    public void Read_BrokenManifests_AreListedAndSayNothing()
    {
        foreach (var path in (string[])["package.json", "a.csproj", "pom.xml", "Cargo.toml", "pyproject.toml", "composer.json", "setup.cfg", "x.gemspec"])
        {
            var manifest = ManifestReader.Read(new Excerpt(path, "<not [ { \"parseable", false));
            manifest.ShouldNotBeNull(path);
            manifest.Description.ShouldBeNull(path);
        }
    }

    [Theory]
    [InlineData("Cargo.toml", "[package]\nname = \"a\"\ndescription = \"\"\"\nSorts the\nimports.\"\"\"\nlicense.workspace = true\n[workspace.package]\nlicense = \"MIT\"\n[lib]\n[[bin]]\nname = \"b\"\n", "a|Sorts the imports.|MIT|library, command-line tool")]
    [InlineData("Cargo.toml", "[workspace]\nmembers = [\"lib\"]\n", "|||")]
    [InlineData("pyproject.toml", "[build-system]\nrequires = []\n[project]\nname = \"a\"\nlicense = { text = \"BSD\" }\n[project.scripts]\nb = \"a:b\"\n", "a||BSD|library, command-line tool")]
    [InlineData("pyproject.toml", "[project]\nname = \"a\"\nlicense.text = \"\"\"\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the Software), to deal in the Software without restriction, including without limitation the rights\n\"\"\"\n", "a|||")]
    [InlineData("pyproject.toml", "[tool.poetry]\nname = \"a\"\nlicense = \"MIT\"\ndescription = \"cut off he", "a||MIT|")]
    public void Read_TomlManifest_SaysWhatStandsThere(string path, string text, string expected)
    {
        var manifest = ManifestReader.Read(new Excerpt(path, text, false)).ShouldNotBeNull();
        $"{manifest.Package}|{manifest.Description}|{manifest.Licence}|{string.Join(", ", manifest.Kinds.Select(kind => kind.Kind))}".ShouldBe(expected);
    }
}
