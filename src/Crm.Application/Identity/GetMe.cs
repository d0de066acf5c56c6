using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Members;

namespace Crm.Application.Identity;

/// <summary>The caller's own member record.</summary>
[SignedIn(AlsoByKey = true)]
public sealed record GetMe : IQuery<RecordRow>;

internal sealed class GetMeHandler(RecordReader records, MemberResource members, IRequestContext context) : IQueryHandler<GetMe, RecordRow>
{
    public Task<RecordRow> Handle(GetMe query, CancellationToken ct) => records.AnswerAsync(members, context.Caller.UserId, ct);
}
