using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Charterhouse.Platform.Telemetry;

/// <summary>
/// Sends spans and metrics to where the environment says: by OTLP with the standard <c>OTEL_…</c> variables, spans also to the file of
/// <see cref="FileVariable"/>. With neither set nothing of OpenTelemetry is even loaded.
/// </summary>
public sealed class Exporters : IDisposable
{
    /// <summary>Names the file that spans are written to.</summary>
    public const string FileVariable = "CHARTER_TRACE_FILE";

    private const string WebSource = "Microsoft.AspNetCore";
    private static readonly TimeSpan FileDelay = TimeSpan.FromMilliseconds(250);

    private readonly IDisposable[] providers;

    private Exporters(params IDisposable[] providers) => this.providers = providers;

    /// <summary>Whether metrics leave this process by themselves, so that readings must be taken for them.</summary>
    public static bool PushMetrics => !Disabled && IsSet("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");

    private static bool PushTraces => !Disabled && IsSet("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

    private static string? File => Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    private static bool Disabled => string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsSet(params ReadOnlySpan<string> variables)
    {
        foreach (var variable in variables)
        {
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable))) return true;
        }
        return false;
    }

    /// <summary>Starts what the environment asks for; null when that is nothing. Disposing sends what is still there.</summary>
    /// <param name="service">The name of this process, unless OTEL_SERVICE_NAME gives one.</param>
    public static Exporters? Start(string service) => PushTraces || PushMetrics || File is not null ? Build(service) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var provider in providers) provider.Dispose();
    }

    // Apart, so that a process without exporters does not load the libraries.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Exporters Build(string service)
    {
        // ASP.NET Core leaves the standard tags of a request to libraries otherwise.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", isEnabled: false);
        service = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } given ? given : service;
        var version = typeof(Exporters).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var resource = ResourceBuilder.CreateDefault().AddService(service, serviceVersion: version);
        return new Exporters([.. Traces(service, resource), .. Meters(resource)]);
    }

    private static IEnumerable<IDisposable> Traces(string service, ResourceBuilder resource)
    {
        if (!PushTraces && File is null) yield break;
        var tracing = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Tracing.SourceName, WebSource).AddProcessor(new Probes());
        if (PushTraces) tracing.AddOtlpExporter();
        if (File is { } path) tracing.AddProcessor(new BatchActivityExportProcessor(new TraceFile(path, service), scheduledDelayMilliseconds: (int)FileDelay.TotalMilliseconds));
        yield return tracing.Build();
    }

    private static IEnumerable<IDisposable> Meters(ResourceBuilder resource)
    {
        if (PushMetrics) yield return Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Metrics.MeterName, "System.Runtime").AddOtlpExporter().Build();
    }

    /// <summary>A look at the health of a process every few seconds is no trace that anybody wants.</summary>
    private sealed class Probes : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Source.Name == WebSource && data.GetTagItem("url.path") is string path && (path.StartsWith("/health/", StringComparison.Ordinal) || path == "/metrics"))
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
