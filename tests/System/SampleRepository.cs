using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>Repositories that the journeys analyse.</summary>
internal static class SampleRepository
{
    public const string MitLicence = """
        MIT License

        Copyright (c) 2024 Ada Lovelace

        Permission is hereby granted, free of charge, to any person obtaining a copy
        of this software and associated documentation files (the "Software"), to deal
        in the Software without restriction, including without limitation the rights
        to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
        copies of the Software, and to permit persons to whom the Software is
        furnished to do so, subject to the following conditions:

        The above copyright notice and this permission notice shall be included in all
        copies or substantial portions of the Software.

        THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
        OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
        SOFTWARE.
        """;

    /// <summary>Two commits, one C# file of five lines, a readme.</summary>
    public static GitRepository Create(string name = "sheep")
    {
        var repository = new GitRepository();
        repository.Write("README.md", $"# {name}\n\nA small library that counts sheep.\n").Commit("Begin");
        repository.Write("src/Sheep.cs", "// counts\nclass Sheep\n{\n\n}\n").Commit("Count");
        return repository;
    }

    /// <summary>So many small files that the steps take long enough to be interrupted.</summary>
    public static GitRepository CreateLarge(int files = 3000)
    {
        var repository = Create("large");
        for (var i = 0; i < files; i++) repository.Write($"src/part{i % 50}/File{i}.cs", $"// file {i}\nclass C{i}\n{{\n    int x = {i};\n}}\n");
        repository.Commit("Many files");
        return repository;
    }
}
