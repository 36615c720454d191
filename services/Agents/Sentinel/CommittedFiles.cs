using System.Collections.Frozen;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Binaries;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Programs and key stores among the files. Nobody can review them, and a key store's password is often beside it.</summary>
internal static class CommittedFiles
{
    private const int Listed = 4;
    private const int Smallest = 64;
    private const int FoldersAbove = 3;

    // What Scorecard's Binary-Artifacts looks for.
    private static readonly FrozenSet<string> Programs = new[]
    {
        ".exe", ".dll", ".so", ".dylib", ".jar", ".class", ".war", ".ear", ".apk", ".aar", ".ipa", ".pyc", ".pyo", ".pyd", ".node", ".o", ".a", ".msi", ".deb", ".rpm", ".dex", ".whl", ".nupkg", ".wasm", ".efi", ".ocx",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> KeyStores = new[] { ".pfx", ".p12", ".jks", ".keystore", ".bcfks" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The programs that are not there as data of tests.</summary>
    public static FileFact[] ProgramsOf(RepositoryFacts facts)
    {
        var recognised = facts.Details.Where(details => DetailRows.Parse(details.Rows, BinaryMagic.Kind).Any()).Select(details => details.File).ToHashSet();
        return facts.Files.Where((file, i) => IsProgram(file, recognised.Contains(i))).ToArray();
    }

    public static IEnumerable<Finding> Of(RepositoryFacts facts)
    {
        var readmes = facts.Excerpts.Where(file => ExcerptChoice.IsReadme(file.Path)).ToArray();
        foreach (var folder in ProgramsOf(facts).Where(file => !IsNamed(file.Path, readmes)).GroupBy(file => file.Path[..(file.Path.LastIndexOf('/') + 1)], StringComparer.Ordinal))
        {
            var files = folder.ToArray();
            var one = files.Length == 1;
            yield return Findings.Make(SentinelAgent.Name, "repository/binary-artifact", Severities.Medium, one ? "Compiled program in the repository" : "Compiled programs in the repository", one ? files[0].Path : null,
                one ? $"{files[0].Path} is a program of {files[0].Size / 1024} KB that no source in a review shows."
                    : $"{(folder.Key.Length == 0 ? "The top folder" : folder.Key)} has {files.Length} programs: {string.Join(", ", files.Take(Listed).Select(file => file.Path[folder.Key.Length..]))}{(files.Length > Listed ? ", …" : "")}.",
                "Build it from source, or fetch it from a release with a checksum.", what: one ? "" : folder.Key);
        }
        foreach (var folder in facts.Files.Where(file => IsOthersProgram(file) && !IsNamed(file.Path, readmes)).GroupBy(file => PathKinds.VendorFolderOf(file.Path) ?? file.Path[..(file.Path.LastIndexOf('/') + 1)], StringComparer.Ordinal))
            yield return Vendored(folder.Key, [.. folder.Select(file => file.Path)]);
        foreach (var file in facts.Files.Where(file => file.IsFile && file.Size >= Smallest && KeyStores.Contains(Path.GetExtension(file.Path)) && file.Has(FileFlags.Binary) && !ShownPlaces.Contains(file) && !OnlyTrusts(file.Path)))
            yield return Findings.Make(SentinelAgent.Name, "repository/private-key", IsOfTheProduct(file.Path) ? Severities.Medium : Severities.Low, "Key store in the repository", file.Path,
                $"{file.Path} has the name of a key store, which usually holds a private key.", "If it holds a private key that anything trusts, replace that key and keep the store elsewhere.");
    }

    /// <summary>What came with the copied libraries of a folder: theirs to build, and one decision to keep.</summary>
    private static Finding Vendored(string folder, string[] paths)
    {
        var upstream = paths.Select(path => path[folder.Length..].Split('/') is [var first, _, ..] ? first : "").Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Take(Listed + 1).ToArray();
        var named = upstream.Length == 0 ? "the project that it was copied from" : string.Join(", ", upstream.Take(Listed)) + (upstream.Length > Listed ? " and others" : "");
        return Findings.Make(SentinelAgent.Name, "repository/binary-artifact", Severities.Info, "Compiled programs in copied libraries", paths.Length == 1 ? paths[0] : null,
            $"{(folder.Length == 0 ? "The top folder" : folder)} has {(paths.Length == 1 ? "a program" : $"{paths.Length} programs")} of others: {string.Join(", ", paths.Take(Listed).Select(path => path[folder.Length..]))}{(paths.Length > Listed ? ", …" : "")}.",
            $"Upstream is {named}: compare with its release, or leave out of the copy what is not needed.", what: "vendored:" + folder);
    }

    /// <summary>A README in its folder, or up to three folders above, says by its name what it is.</summary>
    private static bool IsNamed(string path, Excerpt[] readmes)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return readmes.Any(readme => path.StartsWith(readme.Path[..(readme.Path.LastIndexOf('/') + 1)], StringComparison.Ordinal)
            && ExcerptChoice.Depth(path) - ExcerptChoice.Depth(readme.Path) <= FoldersAbove && Names(readme.Text, name));
    }

    /// <summary>The text has the name as a word: not as the end of another.</summary>
    private static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
            if ((at == 0 || !IsOfName(text[at - 1])) && (at + name.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + name.Length]))) return true;
        return false;
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    // Of copied libraries nothing but the extension is known: they are not read.
    private static bool IsOthersProgram(FileFact file) =>
        file.IsFile && file.Has(FileFlags.Vendored) && (file.Flags & (FileFlags.Test | FileFlags.Documentation)) == FileFlags.None && !ShownPlaces.Contains(file.Path)
        && Programs.Contains(Path.GetExtension(file.Path)) && (file.Has(FileFlags.Binary) && file.Size > 300 || file.Has(FileFlags.Large)) && !IsWrapper(file.Path);

    private static bool IsWrapper(string path) => path.EndsWith("gradle/wrapper/gradle-wrapper.jar", StringComparison.Ordinal) || path.EndsWith(".mvn/wrapper/maven-wrapper.jar", StringComparison.Ordinal);

    private static bool IsProgram(FileFact file, bool recognised) =>
        file.IsFile && file.Size >= Smallest && !ShownPlaces.Contains(file) && !IsWrapper(file.Path)
        // A pointer of Git LFS counts as binary, but is three lines.
        && (recognised || Programs.Contains(Path.GetExtension(file.Path)) && (file.Has(FileFlags.Binary) && file.Size > 300 || file.Has(FileFlags.Large)));

    private static bool IsOfTheProduct(string path) => (PathKinds.Of(path) & PathKind.Tool) == PathKind.Product && !LocalKeys.IsNamed(path);

    // A trust store holds certificates; Android's debug key is the same on every machine.
    private static bool OnlyTrusts(string path) => path.Contains("trust", StringComparison.OrdinalIgnoreCase) || path.EndsWith("debug.keystore", StringComparison.OrdinalIgnoreCase) || path.Contains("cacerts", StringComparison.OrdinalIgnoreCase);
}
