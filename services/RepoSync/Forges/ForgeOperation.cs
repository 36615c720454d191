using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Charterhouse.RepoSync.Forges;

/// <summary>One operation of a forge's API as its description has it, and how what is sent and read is shaped.</summary>
/// <param name="Template">From the API's address on: <c>/repos/{owner}/{repo}/issues</c>.</param>
/// <param name="Asks">The shape of the body; null for none.</param>
/// <param name="Answers">The shape of the answer; null where nothing of it is read.</param>
internal record ForgeOperation(HttpMethod Method, string Template, JsonTypeInfo? Asks, JsonTypeInfo? Answers)
{
    /// <summary>Doing it twice comes to the same as doing it once, so that it may be tried again when nobody knows whether it was done.</summary>
    public bool Repeatable { get; init; } = Method != HttpMethod.Post;

    /// <summary>Which of the forge's limits it counts against, as far as that is known before the answer says so.</summary>
    public string Resource { get; init; } = RateLimits.Core;

    /// <summary>The path with its places filled in, in order. What fills them is escaped whole, so that nothing in it leaves its place.</summary>
    public string Path(ReadOnlySpan<string> arguments)
    {
        var path = new StringBuilder();
        var rest = Template.AsSpan();
        var next = 0;
        for (var open = rest.IndexOf('{'); open >= 0; open = rest.IndexOf('{'))
        {
            path.Append(rest[..open]).Append(Uri.EscapeDataString(arguments[next++]));
            rest = rest[(rest.IndexOf('}') + 1)..];
        }
        return next == arguments.Length ? path.Append(rest).ToString() : throw new ArgumentException($"{Template} has {next} places", nameof(arguments));
    }
}

/// <summary>An operation whose answer is read.</summary>
internal sealed record ForgeOperation<T>(HttpMethod Method, string Template, JsonTypeInfo? Asks, JsonTypeInfo<T> Reads) : ForgeOperation(Method, Template, Asks, Reads);

/// <summary>One call.</summary>
/// <param name="Operation">What is called.</param>
/// <param name="Priority">Whether somebody waits for it.</param>
/// <param name="Arguments">What fills the places of the path.</param>
internal sealed record ForgeCall(ForgeOperation Operation, ForgePriority Priority, params string[] Arguments)
{
    /// <summary>The repository whose credentials are shown; null for the forge's own.</summary>
    public string? Repository { get; init; }
    /// <summary>The installation whose credentials are shown; null for the repository's.</summary>
    public long? Installation { get; init; }
    /// <summary>After the question mark, escaped; empty for nothing.</summary>
    public string Query { get; init; } = "";
    /// <summary>What is sent; of the type that the operation asks for.</summary>
    public object? Body { get; init; }

    /// <summary>What is sent, as JSON; null for nothing.</summary>
    public byte[]? Content => Operation.Asks is null || Body is null ? null : JsonSerializer.SerializeToUtf8Bytes(Body, Operation.Asks);
}
