using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Leads;
using Crm.Domain.Tenants;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure;

/// <summary>
/// Goes the way of a write and of a read once before the first request is taken, for a tenant that does not exist and in a transaction that is rolled back: the model is built and the code compiled
/// while nobody waits. Without it, the first caller after each start waits for seconds. What fails here is told and hinders nothing.
/// </summary>
internal sealed partial class WarmUp(IServiceScopeFactory scopes, TimeProvider clock, ILogger<WarmUp> logger) : IHostedService
{
    private static readonly TenantProfile Nobody = new("Nobody", "EUR", null, Languages.Default, "UTC", RecordVisibility.All, false);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await GoAsync(scope.ServiceProvider, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task GoAsync(IServiceProvider services, CancellationToken ct)
    {
        var unit = services.GetRequiredService<IUnitOfWork>();
        services.GetRequiredService<CurrentUseCase>().Name = nameof(WarmUp);
        services.GetRequiredService<IRequestContext>().ActAs(Caller.System(Ids.New(clock.GetUtcNow()), Nobody, CustomFieldSet.None));
        await unit.BeginAsync(ct);
        try
        {
            var lead = await services.GetRequiredService<IRequestHandler<CreateLead, Guid>>().Handle(new CreateLead(new LeadDetails { Name = "Nobody" }), ct);
            await unit.SaveAsync(ct);
            await services.GetRequiredService<RecordReader>().FindAsync(services.GetRequiredService<LeadResource>(), lead, new ListRequest(), ct);
        }
        finally
        {
            await unit.RollbackAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The service could not be warmed up; the first requests will be slow")]
    private partial void Failed(Exception e);
}
