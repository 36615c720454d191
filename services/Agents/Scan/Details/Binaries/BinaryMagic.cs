namespace Charterhouse.Agents.Scan.Details.Binaries;

/// <summary>Recognises programs by the first bytes of a binary content.</summary>
internal static class BinaryMagic
{
    /// <summary>The row's kind; its only field is the format.</summary>
    public const string Kind = "binary";

    /// <summary>The rows of a binary content, or null.</summary>
    public static string? Rows(string? role, ReadOnlySpan<byte> content)
    {
        if (role is null || FormatOf(content) is not { } format) return null;
        var writer = new DetailWriter();
        writer.Add(Kind, 0, format);
        return writer.Rows;
    }

    private static string? FormatOf(ReadOnlySpan<byte> content)
    {
        if (content.Length < 64) return null;
        if (content.StartsWith("\u007fELF"u8)) return "ELF";
        if (content.StartsWith("MZ"u8)) return IsPe(content) ? "PE" : null;
        return (uint)(content[0] << 24 | content[1] << 16 | content[2] << 8 | content[3]) switch
        {
            0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE => "Mach-O",
            // Java's classes and Mach-O's universal files begin alike: a version of 45 or more, or a few architectures.
            0xCAFEBABE => content[7] >= 45 ? "Java class" : content[7] is > 0 and < 20 ? "Mach-O" : null,
            _ => null,
        };
    }

    private static bool IsPe(ReadOnlySpan<byte> content)
    {
        var at = BitConverter.ToInt32(content[60..64]);
        return at > 0 && at <= content.Length - 4 && content[at..].StartsWith("PE\0\0"u8);
    }
}
