namespace Charterhouse.Platform.Persistence;

/// <summary>Marks a string property that holds JSON: <c>jsonb</c> on PostgreSQL, text on SQLite. Never compare or hash what comes back: jsonb reorders members.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class JsonTextAttribute : Attribute;
