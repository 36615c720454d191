namespace Charterhouse.Cli.Remote;

/// <summary>A server cannot be talked to.</summary>
internal sealed class ServerException(string message, string remedy = "Check --server and that the server runs: its /health/ready tells.", bool unauthorized = false) : Exception(message)
{
    /// <summary>What to do, a sentence.</summary>
    public string Remedy { get; } = remedy;
    /// <summary>It wants a token, or another one.</summary>
    public bool Unauthorized { get; } = unauthorized;
}
