using Crm.Application.Abstractions;
using Crm.Application.Listing;

namespace Crm.Application.Identity;

/// <summary>The caller's own member record, and all that he may do.</summary>
[SignedIn(AlsoByKey = true)]
public sealed record GetMe : IQuery<RecordRow>;

internal sealed class GetMeHandler(RecordReader records, MeResource me, IRequestContext context) : IQueryHandler<GetMe, RecordRow>
{
    public Task<RecordRow> Handle(GetMe query, CancellationToken ct) => records.AnswerAsync(me, context.Caller.UserId, ct);
}
