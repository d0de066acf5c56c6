using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.ApiKeys;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.ApiKeys;

/// <summary>Ends an API key at once and for good; on other instances of the service within seconds.</summary>
[Requires(Permissions.ApiKeysDelete)]
public sealed record RevokeApiKey(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "api-keys";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RevokeApiKeyHandler(IRepository<ApiKey> keys, TimeProvider clock) : ICommandHandler<RevokeApiKey, Guid>
{
    public async Task<Guid> Handle(RevokeApiKey command, CancellationToken ct)
    {
        var (key, now) = (await keys.GetAsync(command.Id, ct), clock.GetUtcNow());
        key.Revoke(Ids.New(now), now);
        return key.Id;
    }
}

/// <summary>A revoked key is not found any more, from the same transaction on.</summary>
internal sealed class ForgetSecretWhenApiKeyRevoked(IApiKeyStore store) : IDomainEventHandler<ApiKeyRevoked>
{
    public Task HandleAsync(ApiKeyRevoked revoked, CancellationToken ct) => store.ForgetAsync(revoked.ApiKeyId, ct);
}

/// <summary>
/// Who leaves takes no key along: neither those that act as him nor those he made, which he has seen. Coming back, he finds them gone.
/// </summary>
internal sealed class RevokeApiKeysWhenMemberRemoved(IApiKeyRepository keys, TimeProvider clock) : IDomainEventHandler<MemberRemoved>
{
    public async Task HandleAsync(MemberRemoved removed, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var key in await keys.OfMemberAsync(removed.MemberId, ct)) key.Revoke(Ids.New(now), now);
    }
}
