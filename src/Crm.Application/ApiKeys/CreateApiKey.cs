using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.ApiKeys;
using Crm.Domain.Common;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.ApiKeys;

/// <summary>
/// Makes an API key, whose secret is in this answer and nowhere else. It acts as you or as a service user, with the scopes named as far
/// as you and that member have them. 400 for an unknown scope, and for one that manages keys; 403 for a scope you do not have.
/// </summary>
[Requires(Permissions.ApiKeysWrite)]
public sealed record CreateApiKey(ApiKeyDetails Details) : ICommand<ShownOnce>;

internal sealed class CreateApiKeyValidator : AbstractValidator<CreateApiKey>
{
    public CreateApiKeyValidator(ApiKeyResource keys)
    {
        RuleFor(c => c.Details).Meets(keys);
        RuleFor(c => c.Details.Scopes).Must(scopes => !Unknown(scopes).Any()).OverridePropertyName("scopes")
            .WithMessage(c => $"{Named(Unknown(c.Details.Scopes))}: no such permission; GET /meta/permissions lists them");
        RuleFor(c => c.Details.Scopes).Must(scopes => !Barred(scopes).Any()).OverridePropertyName("scopes")
            .WithMessage(c => $"{Named(Barred(c.Details.Scopes))}: no key can have it, for keys manage no keys");
    }

    private static IEnumerable<string> Unknown(IEnumerable<string> scopes) => scopes.Except(Permissions.All);

    private static IEnumerable<string> Barred(IEnumerable<string> scopes) => scopes.Intersect(Permissions.All).Except(Permissions.OfKeys);

    private static string Named(IEnumerable<string> scopes) => string.Join(", ", scopes.Take(20).Select(s => $"'{s}'"));
}

internal sealed class CreateApiKeyHandler(IRepository<ApiKey> keys, IRepository<Member> members, IApiKeyStore store, IRequestContext context, TimeProvider clock)
    : ICommandHandler<CreateApiKey, ShownOnce>
{
    public async Task<ShownOnce> Handle(CreateApiKey command, CancellationToken ct)
    {
        var (details, caller, now) = (command.Details, context.Caller, clock.GetUtcNow());
        var actsAs = await members.FindAsync(details.MemberId ?? caller.UserId, ct) is { Details.IsActive: true } member ? member : throw MemberErrors.NoSuchMember("memberId");
        var id = Ids.New(now);
        var secret = await store.IssueAsync(id, ct);
        keys.Add(ApiKey.Mint(id, details, secret.Prefix, new KeyMinter(caller.UserId, caller.Role, caller.Permissions, caller.May(Permissions.TeamManage)), actsAs, now));
        return new ShownOnce(id, ApiKeyResource.Secret, secret.Text);
    }
}
