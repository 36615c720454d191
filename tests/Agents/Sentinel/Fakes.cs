using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Agents.Tests.Sentinel;

/// <summary>Credentials that are none, put together when a test runs: no scanner shall find one in these sources.</summary>
internal static class Fakes
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string GitHubToken(int seed = 1) => "gh" + "p_" + WithChecksum(Random(30, seed));

    public static string NpmToken(int seed = 2) => "np" + "m_" + WithChecksum(Random(30, seed));

    /// <summary>The same characters for the same seed.</summary>
    public static string Random(int length, int seed, string alphabet = Base62)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < length; i++)
            foreach (var b in SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{i}")))
                if (text.Length < length) text.Append(alphabet[b % alphabet.Length]);
        return text.ToString();
    }

    public static string PrivateKey(bool encrypted = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return encrypted ? key.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 10)) : key.ExportPkcs8PrivateKeyPem();
    }

    private static string WithChecksum(string payload)
    {
        var crc = 0xFFFFFFFF;
        foreach (var c in payload)
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        crc ^= 0xFFFFFFFF;
        var checksum = "";
        for (var i = 0; i < 6; i++, crc /= 62) checksum = Base62[(int)(crc % 62)] + checksum;
        return payload + checksum;
    }
}
