using System.Text;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Binaries;
using Charterhouse.Agents.Scan.Details.Secrets;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Scan;

/// <summary>What a blob's content says, given what its path says. Cached by <see cref="BlobKey"/>.</summary>
/// <param name="Language">Name, or null.</param>
/// <param name="Flags">Of the content only: binary, generated.</param>
/// <param name="Text">The excerpt, when one was wanted and the content is text.</param>
/// <param name="Details">Rows of <see cref="DetailRows"/>, or null for none.</param>
internal sealed record BlobFacts(string? Language, LineCounts Lines, FileFlags Flags, string? Text, bool Truncated, string? Details = null);

/// <summary>A blob and what of its path matters to its facts.</summary>
/// <param name="Language">What the path or an attribute says; null for nothing; <c>?</c> when only the content can tell.</param>
/// <param name="ExcerptBytes">How much text to keep; 0 for none.</param>
/// <param name="Role">One of <see cref="DetailRoles"/>: what is looked for in it; null for nothing.</param>
internal readonly record struct BlobKey(string Blob, string? Language, int ExcerptBytes, string? Role = null);

/// <summary>Looks into a blob. Pure, so that blobs can be looked into in parallel.</summary>
internal static partial class BlobInspector
{
    /// <summary>The language hint that lets the content decide.</summary>
    public const string AskContent = "?";
    private const int SniffBytes = 8 * 1024;

    /// <summary>The facts of a content.</summary>
    public static BlobFacts Inspect(BlobKey key, ReadOnlySpan<byte> content)
    {
        byte[]? converted = null;
        if (Utf16Of(content) is { } encoding)
        {
            converted = Encoding.UTF8.GetBytes(encoding.GetString(content[2..]));
            content = converted;
        }
        var head = content[..Math.Min(content.Length, SniffBytes)];
        if (head.Contains((byte)0)) return new BlobFacts(null, default, FileFlags.Binary, null, false, BinaryMagic.Rows(key.Role, content));
        // A pointer stands for a file that is not here; its three lines are nobody's code.
        if (head.StartsWith("version https://git-lfs.github.com/spec/"u8)) return new BlobFacts(null, default, FileFlags.Binary, null, false);
        var language = LanguageOf(key.Language, content, head);
        var lines = LineCounter.Count(content, language?.Syntax ?? CommentSyntax.None);
        var flags = language is not null && IsGenerated(language, content, head, lines) ? FileFlags.Generated : FileFlags.None;
        var text = key.ExcerptBytes > 0 ? SecretReader.Redact(Decode(content, key.ExcerptBytes)) : null;
        // What a tool wrote is not looked into, lock files apart: they are known by their names.
        var role = key.Role is DetailRoles.Code or DetailRoles.Text && flags.HasFlag(FileFlags.Generated) ? null : key.Role;
        var details = role is null ? null : DetailReaders.Read(role, language?.Name, content);
        return new BlobFacts(language?.Name, lines, flags, text, key.ExcerptBytes > 0 && content.Length > key.ExcerptBytes, details);
    }

    private static Encoding? Utf16Of(ReadOnlySpan<byte> content) =>
        content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Encoding.Unicode
        : content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode
        : null;

    private static Language? LanguageOf(string? hint, ReadOnlySpan<byte> content, ReadOnlySpan<byte> head)
    {
        // Prose shows modelines as examples, and data is what its name says.
        if (hint is null or AskContent || LanguageTable.Find(hint)?.Kind == LanguageKind.Code)
            if (Modeline.Read(content) is { } told) return told;
        if (hint == AskContent)
        {
            var end = head.IndexOf((byte)'\n');
            return LanguageTable.OfShebang(Encoding.UTF8.GetString(head[..Math.Min(end < 0 ? head.Length : end, 200)]));
        }
        var language = hint is null ? null : LanguageTable.Find(hint);
        return language?.Name switch
        {
            // .ts is also Qt's translation format; .m is MATLAB's as much as Objective-C's.
            "TypeScript" when head.TrimStart("\uFEFF \r\n"u8).StartsWith("<?xml"u8) => LanguageTable.Find("XML"),
            "Objective-C" when head.IndexOf("#import"u8) < 0 && head.IndexOf("@interface"u8) < 0 && head.IndexOf("@implementation"u8) < 0
                && head.IndexOf("#include"u8) < 0 && (head.StartsWith("%"u8) || head.StartsWith("function"u8) || head.IndexOf("\n%"u8) >= 0) => LanguageTable.Find("MATLAB"),
            // .pp is Puppet's, .v is Coq's and .d a compiler's list of dependencies as well: languages that are not counted.
            "Pascal" when head.IndexOf("class "u8) >= 0 && head.IndexOf("=>"u8) >= 0 && head.IndexOf("begin"u8) < 0 => null,
            "Verilog" when head.IndexOf("module "u8) < 0 && head.IndexOf("`"u8) < 0 && (head.IndexOf("Require "u8) >= 0 || head.IndexOf("Proof."u8) >= 0) => null,
            "D" when head.IndexOf(".o:"u8) >= 0 && head.IndexOf("module "u8) < 0 && head.IndexOf("import "u8) < 0 => null,
            "Perl" when head.IndexOf(":-"u8) >= 0 && head.IndexOf("use "u8) < 0 && head.IndexOf("$"u8) < 0 => null,
            _ => language,
        };
    }

    private const int MemberMarks = 10;

    /// <summary>A header that says so, or lines so long that nobody wrote them.</summary>
    private static bool IsGenerated(Language language, ReadOnlySpan<byte> content, ReadOnlySpan<byte> head, LineCounts lines)
    {
        if (language.Kind == LanguageKind.Prose) return false;
        if (language.Name is "JavaScript" or "CSS" && content.Length > 2000 && content.Length / Math.Max(1, lines.Code + lines.Comment + lines.Blank) > 400) return true;
        // The Eclipse Modeling Framework marks each member that it writes, below licence and imports.
        if (language.Name == "Java" && content.Count("@generated"u8) is >= MemberMarks and var marks && content.Count("@generated NOT"u8) * 10 <= marks) return true;
        var top = Encoding.UTF8.GetString(head[..Math.Min(head.Length, 1200)]);
        var at = 0;
        // Only a comment near the top counts: a program that writes "generated by" is not itself generated.
        for (var line = 0; line < 12 && at < top.Length; line++)
        {
            var end = top.IndexOf('\n', at);
            var text = top[at..(end < 0 ? top.Length : end)].Trim();
            if (LooksLikeComment(text) && GeneratedHeader().IsMatch(text)) return true;
            if (end < 0) break;
            at = end + 1;
        }
        return false;
    }

    private static bool LooksLikeComment(string line) => line.Length > 0 && "/#*-;%<'!\"({".Contains(line[0], StringComparison.Ordinal);

    private static string Decode(ReadOnlySpan<byte> content, int limit)
    {
        if (content.StartsWith("\uFEFF"u8)) content = content[3..];
        var length = Math.Min(content.Length, limit);
        // Not in the middle of a character.
        while (length > 0 && length < content.Length && (content[length] & 0xC0) == 0x80) length--;
        return Encoding.UTF8.GetString(content[..length]).Replace("\0", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"<auto-?generated|@generated|code generated .*do not edit|(file|code) (was|is|has been) (auto-?|automatically )?generated|\bauto-?(matically)? ?generated (by|from|file|code)|\bgenerated by\b.*(do not (edit|modify)|protoc|antlr|swagger|openapi|tool)|^\W*generated by \S+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex GeneratedHeader();
}
