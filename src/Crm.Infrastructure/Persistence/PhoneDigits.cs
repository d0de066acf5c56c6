using Crm.Domain.Common;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Crm.Infrastructure.Persistence;

/// <summary>Keeps the digits of phone numbers beside them, with the dialling code the tenant's country implies, so that any way of writing a number finds it.</summary>
internal static class PhoneDigits
{
    public static void Stamp(EntityEntry entry, string? country)
    {
        foreach (var property in entry.Metadata.GetProperties())
        {
            if (!property.IsShadowProperty() || !property.Name.EndsWith(AggregateMapping.Digits, StringComparison.Ordinal)) continue;
            var details = entry.ComplexProperty("Details");
            entry.Property(property.Name).CurrentValue = details.Property(property.Name[..^AggregateMapping.Digits.Length]).CurrentValue switch
            {
                PhoneNumber phone => phone.Digits(country),
                ValueList<PhoneNumber> phones => phones.Select(p => p.Digits(country)).OfType<string>().Distinct().ToArray(),
                _ => property.ClrType == typeof(string[]) ? Array.Empty<string>() : null,
            };
        }
    }
}
