using Charterhouse.Platform.Persistence.Sqlite;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Charterhouse.Platform.Persistence.Model;

/// <summary>Sortable UTC text for SQLite, which has no type for time.</summary>
internal sealed class SortableTimeConverter() : ValueConverter<DateTimeOffset, string>(value => TimeText.Write(value), text => TimeText.Read(text));

/// <summary>PostgreSQL keeps no offset and refuses any but zero.</summary>
internal sealed class UtcTimeConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(value => value.ToUniversalTime(), value => value);

/// <summary>Lower-case text for SQLite, the same that every log and API prints.</summary>
internal sealed class GuidTextConverter() : ValueConverter<Guid, string>(value => value.ToString("D"), text => Guid.ParseExact(text, "D"));
