using System.Collections.Concurrent;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Tests;

public sealed class HostStartTests
{
    [Fact]
    public async Task Start_FailsBeforeTheBus_StopsNoBus()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, TestContext.Current.CancellationToken);
        await using (await PlatformHost.StartAsync(database, configure: null, TestContext.Current.CancellationToken))
        {
        }
        using var log = new Lines();

        // Something that starts before the bus fails; the host is then stopped, the bus in it never started.
        await Should.ThrowAsync<InvalidOperationException>(ServiceHost.StartAsync(
            database, [new TestModule()],
            builder =>
            {
                builder.Logging.AddProvider(log);
                builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(new Failing()));
            },
            cancellationToken: TestContext.Current.CancellationToken));

        log.Written.Where(line => line.Contains("bus", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    private sealed class Failing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("cannot start");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> written = new();

        public IReadOnlyCollection<string> Written => written;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
