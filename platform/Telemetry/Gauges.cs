using System.Diagnostics.Metrics;

namespace Charterhouse.Platform.Telemetry;

/// <summary>Readings that cost a query: taken when somebody asks for metrics, never otherwise.</summary>
public abstract class Gauges : IDisposable
{
    private readonly Meter meter = new(Metrics.MeterName);

    /// <summary>Takes the readings. A failure leaves the last ones.</summary>
    public abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>A gauge that shows what was read last; empty shows nothing.</summary>
    protected void Add(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> last) =>
        meter.CreateObservableGauge(name, last, unit, description);

    /// <inheritdoc/>
    public void Dispose()
    {
        meter.Dispose();
        GC.SuppressFinalize(this);
    }
}
