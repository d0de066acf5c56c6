using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Files;

namespace Crm.Infrastructure.Persistence;

/// <summary>Files are seen as the record they are attached to is, by the same condition as in lists.</summary>
internal sealed class FileRepository(CrmDbContext db, IRequestContext context, IReadDb reads, FileResource files) : Repository<StoredFile>(db, context)
{
    public override async ValueTask<bool> SeesAsync(AggregateRoot record, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = record.Id };
        if (record.Version == 0 || RecordScope.Visible(files, "t", Context.Caller, parameters) is not { } visible) return true;
        return await reads.FirstOrDefaultAsync<int?>($"select 1 from crm_read.files t where t.tenant_id = @TenantId and t.id = @Id and {visible}", parameters, ct) is not null;
    }
}
