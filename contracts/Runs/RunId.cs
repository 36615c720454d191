using System.Diagnostics.CodeAnalysis;

namespace Charterhouse.Contracts.Runs;

/// <summary>
/// Identifies a run: <c>run_</c> followed by 26 lowercase base32 characters (RFC 4648 alphabet, no padding) of a UUIDv7.
/// The text and the <see cref="Guid"/> (the saga's correlation id) are two spellings of one value.
/// </summary>
public readonly record struct RunId(Guid Value)
{
    private const string Prefix = "run_";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Digits = 26;

    /// <summary>The text form, as it stands in tables, APIs and on the command line.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Prefix + Encode(bytes);
    }

    /// <summary>Reads the text form. Upper case is accepted; anything else that <see cref="ToString"/> would not print is not.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RunId id)
    {
        id = default;
        if (text is null || text.Length != Prefix.Length + Digits || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        UInt128 value = 0;
        for (var i = 0; i < Digits; i++)
        {
            var digit = Alphabet.IndexOf(char.ToLowerInvariant(text[Prefix.Length + i]), StringComparison.Ordinal);
            if (digit < 0) return false;
            if (i == Digits - 1)
            {
                // 26 digits hold 130 bits: the last carries three bits of value and two of padding, which must be zero.
                if ((digit & 0b11) != 0) return false;
                value = (value << 3) | (uint)(digit >> 2);
            }
            else
            {
                value = (value << 5) | (uint)digit;
            }
        }
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        id = new RunId(new Guid(bytes, bigEndian: true));
        return true;
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Digits];
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        text[Digits - 1] = Alphabet[(int)(uint)(value & 0b111) << 2];
        value >>= 3;
        for (var i = Digits - 2; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(uint)(value & 0b11111)];
            value >>= 5;
        }
        return new string(text);
    }
}
