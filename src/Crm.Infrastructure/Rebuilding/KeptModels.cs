using Crm.Infrastructure.Verification;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>A read model whose differences one statement makes up for and tells how many; each by adding to what is there, so that nobody need be held.</summary>
internal sealed record SumsModel(string Name, string Mend) : IReadModel
{
    public async Task MendAsync(Mending mending, CancellationToken ct) =>
        mending.Report.Mended(await mending.InOneAsync(async rows => (await rows.QueryAsync<long>($"with mended as ({Mend} returning 1) select count(*) from mended", null, ct))[0], ct));
}

/// <summary>A read model that is a part of each record, or a row beside it.</summary>
/// <param name="One">What one record is called.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Differing">See <see cref="Mending.ByIdAsync"/>.</param>
/// <param name="Mend">See <see cref="Mending.ByIdAsync"/>.</param>
/// <param name="Parameters">What the statements ask for besides.</param>
internal sealed record RecordsModel(string Name, string One, string Count, string Differing, string Mend, object? Parameters = null) : IReadModel, ITenantCheck
{
    string ITenantCheck.Name => $"{Name} follow from the records";

    public Task MendAsync(Mending mending, CancellationToken ct) => mending.ByIdAsync(Differing, Mend, Parameters, ct);

    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        report.Look((await rows.QueryAsync<long>(Count, Parameters, ct))[0]);
        var all = new Dapper.DynamicParameters(Parameters);
        all.AddDynamicParams(new { After = Guid.Empty, Piece = int.MaxValue });
        foreach (var id in await rows.QueryAsync<Guid>(Differing, all, ct)) report.Note($"{One} {id} of tenant {rows.TenantId}");
    }
}
