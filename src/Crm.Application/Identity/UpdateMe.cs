using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Members;

namespace Crm.Application.Identity;

/// <summary>Changes the caller's own name, language, time zone and labels. What others decide about him he may only send back as it is.</summary>
[SignedIn]
public sealed record UpdateMe(Patch<MemberDetails> Changes) : ICommand<Guid>, IChangesRecord, IAuditedSubject
{
    Guid IChangesRecord.IdFor(Caller caller) => caller.UserId;
    IPatch IChangesRecord.Patch => Changes;
    Type IChangesRecord.Aggregate => typeof(Member);
    string? IChangesRecord.View => MeResource.Own;
    string? IAuditedSubject.Resource => "team/members";
    Guid? IAuditedSubject.RecordId => null;
}

internal sealed class UpdateMeHandler(IRepository<Member> members, IRequestContext context) : ICommandHandler<UpdateMe, Guid>
{
    public async Task<Guid> Handle(UpdateMe command, CancellationToken ct)
    {
        var me = await members.GetAsync(context.Caller.UserId, ct);
        me.ReviseProfile(command.Changes.ApplyTo(me.Details));
        return me.Id;
    }
}
