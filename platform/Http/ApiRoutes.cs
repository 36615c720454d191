using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Charterhouse.Platform.Http;

/// <summary>Routes whose handlers run after the check of access and whose refusals become problem+json.</summary>
public sealed class ApiRoutes(IEndpointRouteBuilder routes, ApiAccess access)
{
    /// <summary>A route for GET.</summary>
    public void Get(string pattern, RequestDelegate handler) => routes.MapGet(pattern, Guard("GET " + pattern, handler));

    /// <summary>A route for POST.</summary>
    public void Post(string pattern, RequestDelegate handler) => routes.MapPost(pattern, Guard("POST " + pattern, handler));

    /// <summary>A route for DELETE.</summary>
    public void Delete(string pattern, RequestDelegate handler) => routes.MapDelete(pattern, Guard("DELETE " + pattern, handler));

    /// <summary>A part of the path.</summary>
    public static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A part of the query; null when it is missing or empty.</summary>
    public static string? Query(HttpContext context, string name) => context.Request.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    /// <summary>How many entries a page may have.</summary>
    /// <exception cref="RequestException">It is no number from 1 to <paramref name="most"/>.</exception>
    public static int Limit(HttpContext context, int usual, int most) => Query(context, "limit") is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most ? number
        : throw new RequestException("invalid_request", $"limit is '{text}'", $"Give a whole number from 1 to {most}.");

    /// <summary>The body.</summary>
    /// <exception cref="RequestException">It is no such JSON object.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, CanonicalJson.Options, context.RequestAborted)
                ?? throw new RequestException("invalid_request", "the body is null", "Send a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new RequestException("invalid_request", "the body cannot be read: " + problem.Message, "Send a JSON object as the API's reference describes it.");
        }
    }

    /// <summary>Answers with JSON.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T value, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, CanonicalJson.Options, context.RequestAborted);
    }

    private RequestDelegate Guard(string name, RequestDelegate handler) => async context =>
    {
        if (Activity.Current is { } span) span.DisplayName = name;
        if (!access.Allows(context))
        {
            await Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "unauthorized", "the API needs a token from other machines", ApiAccess.Remedy);
            return;
        }
        try
        {
            await handler(context);
        }
        catch (Exception problem) when (!context.Response.HasStarted && Problems.Of(problem) is { } answer)
        {
            await Problems.WriteAsync(context, answer.Status, answer.Code, answer.Message, answer.Remedy);
        }
    };
}
