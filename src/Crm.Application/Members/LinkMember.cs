using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.Members;

/// <summary>
/// Says that a subject of an outside issuer is a member, or a service user, of this tenant: its tokens act as him here. 400 for an issuer that is not
/// configured, 403 for a member who may do what you may not, 409 DUPLICATE for a subject that is linked already.
/// </summary>
[Requires(Permissions.TeamManage)]
public sealed record LinkMember(MemberLinkDetails Details) : ICommand<Guid>;

internal sealed class LinkMemberValidator : AbstractValidator<LinkMember>
{
    public LinkMemberValidator(MemberLinkResource links, IOutsideTokens outside)
    {
        RuleFor(c => c.Details).Meets(links);
        RuleFor(c => c.Details.Issuer).Must(outside.Issuers.Contains).OverridePropertyName("issuer").WithMessage("is no issuer whose tokens this service accepts");
    }
}

internal sealed class LinkMemberHandler(IMemberLinkRepository links, IMemberLinkStore store, IRepository<Member> members, IRequestContext context, TimeProvider clock)
    : ICommandHandler<LinkMember, Guid>
{
    public async Task<Guid> Handle(LinkMember command, CancellationToken ct)
    {
        var caller = context.Caller;
        var details = command.Details with { MemberId = command.Details.MemberId ?? caller.UserId };
        var member = await members.FindAsync(details.MemberId.Value, ct) ?? throw MemberErrors.NoSuchMember("memberId");
        var link = MemberLink.Make(Ids.New(clock.GetUtcNow()), details, member, caller.Grantor);
        links.Add(link);
        await store.AddAsync(link, ct);
        return link.Id;
    }
}

/// <summary>Ends a link at once; on other instances of the service within seconds.</summary>
[Requires(Permissions.TeamManage)]
public sealed record UnlinkMember(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "team/links";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class UnlinkMemberHandler(IMemberLinkRepository links, TimeProvider clock) : ICommandHandler<UnlinkMember, Guid>
{
    public async Task<Guid> Handle(UnlinkMember command, CancellationToken ct)
    {
        var (link, now) = (await links.GetAsync(command.Id, ct), clock.GetUtcNow());
        link.Delete(Ids.New(now), now);
        return link.Id;
    }
}

/// <summary>A link that is gone is not found any more, from the same transaction on.</summary>
internal sealed class ForgetSubjectWhenMemberLinkDeleted(IMemberLinkRepository links, IMemberLinkStore store) : IDomainEventHandler<Deleted<MemberLink>>
{
    public async Task HandleAsync(Deleted<MemberLink> deleted, CancellationToken ct)
    {
        if (await links.FindEvenDeletedAsync(deleted.Id, ct) is { } link) await store.RemoveAsync(link, ct);
    }
}

/// <summary>Who leaves is not led back in by a link: coming back, he is linked anew.</summary>
internal sealed class UnlinkWhenMemberRemoved(IMemberLinkRepository links, TimeProvider clock) : IDomainEventHandler<MemberRemoved>
{
    public async Task HandleAsync(MemberRemoved removed, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var link in await links.OfMemberAsync(removed.MemberId, ct)) link.Delete(Ids.New(now), now);
    }
}
