using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Tests.Repositories;

namespace Charterhouse.Agents.Tests.Scan;

/// <summary>The rules by which GitHub Linguist tells languages and leaves files out.</summary>
public sealed class LanguageRulesTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Theory]
    [InlineData("tool", "#!/bin/sh\n# -*- mode: ruby -*-\nputs 1\n", "Ruby")]
    [InlineData("tool.inc", "/* -*- C++ -*- */\nint a;\n", "C++")]
    [InlineData("tool.inc", "# -*- coding: utf-8; mode: python -*-\nx = 1\n", "Python")]
    [InlineData("tool.inc", "x = 1\n\n\n\n\n\n\n\n# vim: set ft=python ts=4:\n", "Python")]
    [InlineData("tool.inc", "// vi: syntax=javascript\na();\n", "JavaScript")]
    [InlineData("app.py", "# -*- coding: utf-8 -*-\nx = 1\n", "Python")]
    [InlineData("app.py", "# vim: set ts=4 sw=4:\nx = 1\n", "Python")]
    [InlineData("notes.md", "Write `-*- mode: ruby -*-` at the top.\n", "Markdown")]
    [InlineData("run", "#!/usr/bin/env -S node --harmony\na();\n", "JavaScript")]
    [InlineData("run", "#!/usr/bin/perl5.30 -w\nprint 1;\n", "Perl")]
    [InlineData("a.ts", "<?xml version=\"1.0\"?>\n<TS/>\n", "XML")]
    [InlineData("a.m", "% a\nfunction f\n", "MATLAB")]
    [InlineData("a.m", "#import <Foundation/Foundation.h>\n@interface A\n", "Objective-C")]
    [InlineData("CMakeLists.txt", "project(a)\n", "CMake")]
    [InlineData("Dockerfile.build", "FROM a:1\n", "Dockerfile")]
    [InlineData("deps.d", "a.o: a.c a.h\n", null)]
    public async Task Language_ByModelineNameShebangAndContent_IsLinguists(string path, string content, string? language)
    {
        using var repository = new ImportedRepository();
        var result = await repository.ScanAsync(repository.Commit(Ada, "2026-01-02T10:00:00").File(path, content).Build());
        result.LanguageAt(path).ShouldBe(language);
    }

    [Theory]
    [InlineData("node_modules/a/index.js", true)]
    [InlineData("third_party/a.c", true)]
    [InlineData("web/jquery-3.7.1.js", true)]
    [InlineData("web/bootstrap.bundle.js", true)]
    [InlineData("web/app.min.js", true)]
    [InlineData("gradlew", true)]
    [InlineData("src/jqueryplugins/app.js", false)]
    [InlineData("src/bootstrapper.cs", false)]
    public async Task Vendored_ByName_IsLinguists(string path, bool vendored)
    {
        using var repository = new ImportedRepository();
        var result = await repository.ScanAsync(repository.Commit(Ada, "2026-01-02T10:00:00").File(path, "x\n").Build());
        result.FileAt(path).Has(FileFlags.Vendored).ShouldBe(vendored);
    }
}
