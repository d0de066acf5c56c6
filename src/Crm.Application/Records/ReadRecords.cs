using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>One record of any resource.</summary>
public sealed record GetRecord(Resource Resource, Guid Id, ListRequest Request) : IQuery<RecordRow>, IRequiresPermission, IConcernsResource
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("read");
}

internal sealed class GetRecordHandler(RecordReader records) : IQueryHandler<GetRecord, RecordRow>
{
    public async Task<RecordRow> Handle(GetRecord query, CancellationToken ct) =>
        await records.FindAsync(query.Resource, query.Id, query.Request, ct) ?? throw CrmException.NotFound(query.Resource.Singular);
}

/// <summary>A page of the records of any resource.</summary>
public sealed record ListRecords(Resource Resource, ListRequest Request) : IQuery<RecordPage>, IRequiresPermission, IConcernsResource
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("read");
}

internal sealed class ListRecordsHandler(RecordReader records) : IQueryHandler<ListRecords, RecordPage>
{
    public Task<RecordPage> Handle(ListRecords query, CancellationToken ct) => records.ListAsync(query.Resource, query.Request, ct);
}
