using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Infrastructure.Events;

namespace Crm.Infrastructure.Persistence;

/// <inheritdoc cref="ILatestCustomFields"/>
internal sealed class LatestCustomFields(TenantSession session, IRequestContext context, ICache cache) : ILatestCustomFields
{
    private bool _looked;

    public async Task<bool> RenewAsync(CancellationToken ct)
    {
        if (_looked || !context.IsAuthenticated) return false;
        _looked = true;
        try
        {
            var fields = await ReadAsync(ct);
            if (fields.Stamp == context.Caller.CustomFields.Stamp) return false;
            cache.Forget(CallerCache.Prefix(session.TenantId));
            context.ActAs(context.Caller with { CustomFields = fields });
            return true;
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task<CustomFieldSet> ReadAsync(CancellationToken ct)
    {
        if (session.IsOpen) return await CustomFieldReader.ReadAsync(session, ct);
        await using var connection = await session.Source.OpenConnectionAsync(ct);
        return await CustomFieldReader.ReadAsync(connection, session.TenantId, ct);
    }
}
