using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Charterhouse.Ingest.Webhooks;

/// <summary>The raw bytes of a delivery.</summary>
internal static class DeliveryBody
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";

    /// <summary>Reads everything, or says why not: 413 for too much, 408 for too slow.</summary>
    /// <exception cref="BadHttpRequestException">The sender broke off, or sent no HTTP.</exception>
    public static async Task<(ReadOnlyMemory<byte> Body, int? Refusal)> ReadAsync(HttpContext context, int most, TimeSpan within, TimeProvider time)
    {
        if (context.Request.ContentLength > most) return (default, StatusCodes.Status413PayloadTooLarge);
        // counted here: the server's own limit would end the connection without a word
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        using var clock = new CancellationTokenSource(within, time);
        var reader = context.Request.BodyReader;
        // not by a token: a read that was thrown out of leaves the connection in no state to answer on
        await using var late = clock.Token.Register(reader.CancelPendingRead);
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > most || read.IsCanceled)
            {
                var refusal = read.IsCanceled ? StatusCodes.Status408RequestTimeout : StatusCodes.Status413PayloadTooLarge;
                reader.AdvanceTo(read.Buffer.End);
                return (default, refusal);
            }
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (body, null);
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The media type of a payload's request, in its normal form; null for one that holds no payload.</summary>
    public static string? TypeOf(string? contentType)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)) return null;
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return null;
        return type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) ? Json
            : type.MediaType.Equals(Form, StringComparison.OrdinalIgnoreCase) ? Form : null;
    }

    /// <summary>The JSON of a body: the body itself, or the form's <c>payload</c>, as GitHub sends it on request. Null where there is none.</summary>
    public static ReadOnlyMemory<byte>? JsonOf(string contentType, ReadOnlyMemory<byte> body)
    {
        if (contentType == Json) return body;
        if (!Utf8.IsValid(body.Span)) return null;
        try
        {
            // payloads are much longer than a form's usual values
            using var form = new FormReader(Encoding.UTF8.GetString(body.Span)) { ValueLengthLimit = IngestOptions.MaxBodyBytes, ValueCountLimit = 16 };
            return form.ReadForm().TryGetValue("payload", out var payload) && payload is [{ } text] ? Encoding.UTF8.GetBytes(text) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
