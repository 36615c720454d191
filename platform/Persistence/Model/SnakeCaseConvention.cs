using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace Charterhouse.Platform.Persistence.Model;

/// <summary>Tables and columns in snake_case, JSON columns, and the version token of sagas. What a mapping says explicitly is left alone.</summary>
internal sealed class SnakeCaseConvention(DatabaseProvider provider) : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table) entity.Builder.ToTable(Name(table));
            foreach (var property in entity.GetProperties())
            {
                property.Builder.HasColumnName(Name(property.GetColumnName()));
                if (provider == DatabaseProvider.PostgreSql && property.PropertyInfo?.GetCustomAttribute<JsonTextAttribute>() is not null)
                    property.Builder.HasColumnType("jsonb");
            }
            if (typeof(MassTransit.ISagaVersion).IsAssignableFrom(entity.ClrType))
                entity.FindProperty(nameof(MassTransit.ISagaVersion.Version))?.Builder.IsConcurrencyToken(true);
        }
    }

    private static string Name(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
