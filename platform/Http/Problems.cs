using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Persistence;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Charterhouse.Platform.Http;

/// <summary>Errors as problem+json.</summary>
public static class Problems
{
    /// <summary>The answer to an exception that is the caller's or the storage's; null for a bug, which stays a 500.</summary>
    public static (int Status, string Code, string Message, string? Remedy)? Of(Exception problem) => problem switch
    {
        RequestException refused => (StatusOf(refused.Code), refused.Code, refused.Message, refused.Remedy),
        StorageException storage => (StatusCodes.Status503ServiceUnavailable, storage.Code, storage.Message, "Try again later."),
        BadHttpRequestException bad => (bad.StatusCode, "invalid_request", bad.Message, null),
        _ => null,
    };

    /// <summary>Writes one.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string code, string message, string? remedy)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "5";
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        await JsonSerializer.SerializeAsync(context.Response.Body, new ApiProblem(ReasonPhrases.GetReasonPhrase(status), status, code, message, remedy), CanonicalJson.Options, context.RequestAborted);
    }

    private static int StatusOf(string code) =>
        code.EndsWith("_not_found", StringComparison.Ordinal) ? StatusCodes.Status404NotFound
        : code.Contains("_is_", StringComparison.Ordinal) ? StatusCodes.Status409Conflict
        : StatusCodes.Status400BadRequest;
}
