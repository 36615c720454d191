using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Charterhouse.Platform.Telemetry;

/// <summary>
/// Sums up what this process measures and writes it in Prometheus' text format (version 0.0.4). OpenTelemetry's names become Prometheus' by the
/// rules of its compatibility specification: dots to underscores, the unit as a suffix, <c>_total</c> for counters.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    private sealed class Series
    {
        public double Sum { get; set; }
        public long Count { get; set; }
        public long[] Buckets { get; init; } = [];
    }

    private sealed record Family(string Name, string Type, string Help, double[] Bounds)
    {
        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);
    }

    private readonly MeterListener listener = new();
    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public PrometheusText()
    {
        listener.InstrumentPublished = (instrument, into) =>
        {
            if (instrument.Meter.Name == Metrics.MeterName) into.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record((Family)family!, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record((Family)family!, value, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    /// <summary>Everything as it is now.</summary>
    public string Write()
    {
        lock (gate)
        {
            foreach (var gauge in families.Values.Where(family => family.Type == "gauge")) gauge.Series.Clear();
        }
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var family in families.Values) Write(text, family);
        }
        return text.ToString();
    }

    /// <summary>Prometheus' name of an instrument.</summary>
    internal static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        if (instrument.Unit == "s") name += "_seconds";
        return TypeOf(instrument) == "counter" ? name + "_total" : name;
    }

    private static string TypeOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> => "counter",
        _ => "gauge",
    };

    private Family FamilyOf(Instrument instrument)
    {
        lock (gate)
        {
            var name = NameOf(instrument);
            if (families.TryGetValue(name, out var known)) return known;
            var bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
            return families[name] = new Family(name, TypeOf(instrument), instrument.Description ?? "", [.. bounds]);
        }
    }

    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            if (!family.Series.TryGetValue(labels, out var series)) family.Series[labels] = series = new Series { Buckets = new long[family.Bounds.Length] };
            series.Count++;
            series.Sum = family.Type == "gauge" ? value : series.Sum + value;
            for (var i = 0; i < family.Bounds.Length; i++)
            {
                if (value <= family.Bounds[i]) series.Buckets[i]++;
            }
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
            text.Append(text.Length > 0 ? "," : "").Append(name.Replace('.', '_')).Append("=\"").Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        return text.ToString();
    }

    private static void Write(StringBuilder text, Family family)
    {
        if (family.Series.Count == 0) return;
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
        foreach (var (labels, series) in family.Series)
        {
            if (family.Type != "histogram")
            {
                Line(text, family.Name, labels, series.Sum);
                continue;
            }
            for (var i = 0; i < family.Bounds.Length; i++) Line(text, family.Name + "_bucket", With(labels, "le", Number(family.Bounds[i])), series.Buckets[i]);
            Line(text, family.Name + "_bucket", With(labels, "le", "+Inf"), series.Count);
            Line(text, family.Name + "_sum", labels, series.Sum);
            Line(text, family.Name + "_count", labels, series.Count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string With(string labels, string name, string value) => $"{labels}{(labels.Length > 0 ? "," : "")}{name}=\"{value}\"";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
