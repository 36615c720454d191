using System.Text;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>
/// Private keys in PEM. The block must have an end and decode to what such a key begins with: programs that handle keys are full of the
/// header line alone.
/// </summary>
internal static class PrivateKeyBlocks
{
    /// <summary>What is searched for.</summary>
    public const string Begin = "-----BEGIN ";
    private const int BodyLimit = 20_000;
    private static ReadOnlySpan<byte> OpenSshMagic => "openssh-key-v1\0"u8;

    /// <summary>The key whose header stands at an index, or null.</summary>
    public static SecretMatch? At(ReadOnlySpan<char> text, int at)
    {
        var rest = text[(at + Begin.Length)..];
        var dashes = rest[..Math.Min(rest.Length, 60)].IndexOf("-----");
        if (dashes < 0) return null;
        var label = rest[..dashes];
        if (!label.EndsWith("PRIVATE KEY") && !label.SequenceEqual("PGP PRIVATE KEY BLOCK")) return null;
        var bodyAt = at + Begin.Length + dashes + 5;
        var body = text.Slice(bodyAt, Math.Min(text.Length - bodyAt, BodyLimit));
        var end = body.IndexOf("-----");
        // An excerpt may end before the key does.
        var cut = end < 0 && text.Length - bodyAt < BodyLimit;
        if (!cut && (end < 0 || !body[end..].StartsWith("-----END "))) return null;
        body = end < 0 ? body : body[..end];
        // The lines of a documentation comment: an example.
        if (body.TrimStart().StartsWith("*")) return null;
        var encrypted = label.SequenceEqual("ENCRYPTED PRIVATE KEY") || body.Contains("ENCRYPTED", StringComparison.Ordinal);
        var bytes = Decode(body);
        if (!IsKey(label, bytes, cut, ref encrypted)) return null;
        return new SecretMatch(encrypted ? SecretKinds.EncryptedPrivateKey : SecretKinds.PrivateKey, bodyAt, body.Length, label.ToString(), body.Length, SecretConfidence.Verified);
    }

    private static bool IsKey(ReadOnlySpan<char> label, ReadOnlySpan<byte> bytes, bool cut, ref bool encrypted)
    {
        if (bytes.Length < 40) return false;
        if (label.StartsWith("PGP")) return bytes.Length >= 100 && (bytes[0] & 0x80) != 0;
        if (bytes.StartsWith(OpenSshMagic))
        {
            // The cipher's name follows as a length and its characters.
            encrypted = !bytes[(OpenSshMagic.Length + 4)..].StartsWith("none"u8);
            return bytes.Length >= 100;
        }
        // What is encrypted under the old header has no structure of its own.
        if (encrypted && !label.StartsWith("ENCRYPTED")) return true;
        // DER: a sequence as long as the bytes are (padding was left out), that begins with a version or, encrypted, with the algorithm.
        if (bytes[0] != 0x30) return false;
        var (header, length) = bytes[1] switch
        {
            < 0x80 => (2, bytes[1]),
            0x81 => (3, bytes[2]),
            0x82 => (4, bytes[2] << 8 | bytes[3]),
            _ => (0, 0),
        };
        return header > 0 && (cut || bytes.Length >= header + length - 2) && bytes[header] == (encrypted ? 0x30 : 0x02);
    }

    /// <summary>The bytes of a body, whose lines may be separate strings of a program or have the escapes of one.</summary>
    private static byte[] Decode(ReadOnlySpan<char> body)
    {
        var characters = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            var c = body[i];
            if (c == '\\' && i + 1 < body.Length && body[i + 1] is 'n' or 'r' or 't')
            {
                if (body[++i] == 'n') characters.Append('\n');
            }
            // A header such as "Proc-Type: 4,ENCRYPTED" is a line of its own.
            else if (c == ':')
            {
                while (characters.Length > 0 && characters[^1] is not '\n') characters.Length--;
                while (i + 1 < body.Length && body[i + 1] is not ('\n' or '\\')) i++;
            }
            else if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/') characters.Append(c);
            else if (c == '\n' && characters.Length > 0 && characters[^1] != '\n') characters.Append(c);
            // PGP's checksum follows; padding ends the bytes.
            else if (c == '=') break;
        }
        characters.Replace("\n", "");
        characters.Length -= characters.Length % 4;
        var bytes = new byte[characters.Length / 4 * 3];
        return Convert.TryFromBase64String(characters.ToString(), bytes, out var written) ? bytes[..written] : [];
    }
}
