using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Charterhouse.Bench.Events;

/// <summary>The yardstick of accepting events: a web server that does nothing but read a body, check its HMAC, insert it and answer 202.</summary>
internal static class BareWebhook
{
    /// <summary>Serves until its input ends.</summary>
    public static async Task RunAsync(string url, string connectionString, string secret)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using (var make = database.CreateCommand("CREATE TABLE bare_events (id uuid PRIMARY KEY, delivery text NOT NULL UNIQUE, body bytea NOT NULL, received_at timestamptz NOT NULL)")) await make.ExecuteNonQueryAsync();
        var key = Encoding.UTF8.GetBytes(secret);
        var site = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        site.WebHost.UseKestrelCore().UseUrls(url);
        await using var app = site.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var sent = Convert.FromHexString(context.Request.Headers["X-Hub-Signature-256"].ToString()["sha256=".Length..]);
            if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, body.GetBuffer().AsSpan(0, (int)body.Length)), sent))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }
            await using var insert = database.CreateCommand("INSERT INTO bare_events (id, delivery, body, received_at) VALUES ($1, $2, $3, $4)");
            insert.Parameters.AddWithValue(Guid.CreateVersion7());
            insert.Parameters.AddWithValue(context.Request.Headers["X-GitHub-Delivery"].ToString());
            insert.Parameters.AddWithValue(body.ToArray());
            insert.Parameters.AddWithValue(TimeProvider.System.GetUtcNow());
            await insert.ExecuteNonQueryAsync();
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        await app.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadToEndAsync();
    }
}
