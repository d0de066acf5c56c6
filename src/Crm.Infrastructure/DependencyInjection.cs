using AutoMapper.Configuration;
using AutoMapper;
using Crm.Application.Abstractions;
using Crm.Application.ApiKeys;
using Crm.Application.Behaviors;
using Crm.Application.CustomFields;
using Crm.Application.Deals;
using Crm.Application.Documents;
using Crm.Application.Identity;
using Crm.Application.Invoices;
using Crm.Application.Listing;
using Crm.Application.Mail;
using Crm.Application.Members;
using Crm.Application.Notifications;
using Crm.Application.Offers;
using Crm.Application.Orders;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Application.Routing;
using Crm.Application.Schedules;
using Crm.Application.Tagging;
using Crm.Application.Workflows;
using Crm.Infrastructure.Assignments;
using Crm.Infrastructure.Auditing;
using Crm.Infrastructure.Documents;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Notifications;
using Crm.Infrastructure.Persistence;
using Crm.Infrastructure.Platform;
using Crm.Infrastructure.Reading;
using Crm.Infrastructure.Scoring;
using Crm.Infrastructure.Subscriptions;
using Crm.Infrastructure.Tagging;
using Crm.Infrastructure.Workflows;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure;

/// <summary>Puts the parts together. Use cases, validators, event handlers, preparations and resources are found, never listed.</summary>
public static class DependencyInjection
{
    /// <summary>Registers everything below HTTP, on this database; access tokens are signed with the key.</summary>
    public static IServiceCollection AddCrm(this IServiceCollection services, string connectionString, TokenKey key)
    {
        var application = typeof(ICommand).Assembly;
        services.AddSingleton<ServiceFactory>(provider => provider.GetRequiredService);
        // Transient: what a scope need not remember does not make its table of services grow, on every request.
        services.AddTransient<IMediator>(provider => new Mediator(provider.GetRequiredService));
        foreach (var behavior in Pipeline.Behaviors)
            services.AddTransient(typeof(IPipelineBehavior<,>), behavior);
        services.Scan(scan => scan.FromAssemblies(application, typeof(DependencyInjection).Assembly)
            .AddClasses(c => c.AssignableToAny(typeof(IRequestHandler<,>), typeof(IDomainEventHandler<>), typeof(IPreparation<>), typeof(IHoldsForBatch), typeof(IOutboxSink), typeof(IBusHandler), typeof(ILogFollower), typeof(ISchedule), typeof(ITenantSchedule)).Where(t => t != typeof(FollowAgain)), publicOnly: false).AsImplementedInterfaces().WithTransientLifetime()
            .AddClasses(c => c.AssignableToAny(typeof(IEventListener), typeof(ILogForwarder)), publicOnly: false).AsImplementedInterfaces().WithSingletonLifetime()
            .AddClasses(c => c.AssignableTo<IDocumentData>(), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime()
            .AddClasses(c => c.AssignableTo<INotifier>(), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime()
            .AddClasses(c => c.AssignableTo<ISharedByUseCases>()).AsSelf().WithScopedLifetime()
            .AddClasses(c => c.AssignableTo(typeof(IValidator<>)), publicOnly: false).AsImplementedInterfaces().WithSingletonLifetime());
        services.AddResources().AddSingleton<RecordBinders>().AddScoped<RecordReader>().AddScoped<CommandParts>();
        services.AddSingleton(MapperOf(application)).AddSingleton<StateWriter>();
        services.AddSingleton<TimeProvider, MicrosecondClock>().AddSingleton<ICache, MemoryCache>().AddSingleton<LogEpoch>().AddHostedService(p => p.GetRequiredService<LogEpoch>()).AddSingleton<OutboxSignal>();
        services.AddSingleton<IEventBus, InProcessEventBus>().AddScoped<EventNotices>().AddSingleton<LogNews>().AddSingleton<LogAnnouncements>();
        services.AddSingleton<LogReader>().AddSingleton<LogPlaces>().AddSingleton<LogLag>().AddSingleton<LogSteps>().AddSingleton<SystemCallers>().AddSingleton<ISystemCallers>(p => p.GetRequiredService<SystemCallers>()).AddScoped<Inbox>();
        services.AddSingleton<IDocumentRenderer, DocumentRenderer>();
        services.AddScoped<ITenantBook, TenantBook>().AddScoped<IPlatformLog, PlatformLog>().AddScoped<IPlatformReports, PlatformReports>();
        services.AddScoped<ISubscriptionBooks, SubscriptionBooks>().AddScoped<ISubscriptionBilling, BookedCharges>().AddScoped<PlanUsage>().AddScoped<IPlanUsage>(p => p.GetRequiredService<PlanUsage>()).AddSingleton<IPlanRates, PlanRates>();
        services.AddPersistence(connectionString);
        services.AddIdentity(key);
        return services;
    }

    /// <summary>The declarations of resources.</summary>
    internal static IServiceCollection AddResources(this IServiceCollection services) => services
        .Scan(scan => scan.FromAssemblies(typeof(ICommand).Assembly).AddClasses(c => c.AssignableTo<Resource>(), publicOnly: false).As(t => [t, typeof(Resource)]).WithSingletonLifetime())
        .AddSingleton<ResourceCatalog>();

    private static void AddPersistence(this IServiceCollection services, string connectionString)
    {
        var source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 3,
            // Nothing is left on a connection: the tenant is set per transaction.
            NoResetOnClose = true,
            ApplicationName = "crm",
        }.ConnectionString) { Name = "crm" }; // what metrics and traces call the pool; without it, the connection string
        // Made by the container, which then also closes its connections when the service ends.
        services.AddSingleton(_ => source.Build());
        services.AddDbContextPool<CrmDbContext>(options => options.UseNpgsql().AddInterceptors(new LockForUpdate())
            // What the database refuses is an answer (409, 422) or is logged where it becomes a 500; not a second time here.
            .ConfigureWarnings(w => w.Log((CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))));
        services.AddScoped<TenantSession>().AddScoped<ITransaction>(p => p.GetRequiredService<TenantSession>()).AddTransient<ReadDb>().AddScoped<IReadDb, ObservedReadDb>().AddSingleton<SlowQueryLog>().AddScoped<UnitOfWork>().AddScoped<IUnitOfWork>(p => p.GetRequiredService<UnitOfWork>()).AddScoped<ITenantEntry>(p => p.GetRequiredService<UnitOfWork>()).AddScoped<IIdempotencyStore, IdempotencyStore>();
        services.AddScoped<IRecordStore, RecordStore>().AddScoped<IOwnership, Ownership>().AddScoped<ReferenceCheck>().AddScoped<CustomValueWriter>().AddScoped<ILatestCustomFields, LatestCustomFields>().AddScoped<EventAppender>().AddScoped<DomainEventDispatcher>().AddScoped<DuplicateFinder>();
        services.AddScoped<NotificationStore>().AddScoped<INotificationPreferences>(p => p.GetRequiredService<NotificationStore>()).AddScoped<INotificationDigests>(p => p.GetRequiredService<NotificationStore>());
        services.AddScoped<INotificationSets, NotificationSets>();
        services.AddScoped<TagCounts>().AddScoped<SetBasedEvents>().AddScoped<ITagRewriter, TagRewriter>();
        services.AddScoped<OutboxBuffer>().AddScoped<IOutbox>(p => p.GetRequiredService<OutboxBuffer>());
        services.AddScoped<DealFigures>().AddScoped<RecurringRevenueLedger>().AddScoped<DerivedFigures>().AddScoped<ICustomerFigures>(p => p.GetRequiredService<DerivedFigures>());
        services.AddSingleton<IModelTrainer, LogisticTrainer>().AddScoped<ILeadScores, LeadScores>();
        services.AddScoped<IAuditLog, AuditLog>().AddScoped<INumbers, Numbers>().AddScoped<ITrees, Trees>().AddScoped<TransactionMemo>().AddScoped<IDealCatalog, DealCatalog>().AddScoped<IOrderCatalog, OrderCatalog>();
        services.AddScoped<IAssignmentTurns, AssignmentTurns>().AddScoped<ILeadRoutings, LeadRoutings>().AddScoped<IInvoiceReminders, InvoiceReminders>();
        services.AddScoped<IWorkflowRuns, WorkflowRuns>().AddScoped<IWorkflowHooks, WorkflowHooks>().AddScoped<IInboundAddresses, InboundAddresses>();
        services.AddScoped(typeof(IRepository<>), typeof(Repository<>));
        services.Scan(scan => scan.FromAssemblyOf<CrmDbContext>()
            .AddClasses(c => c.Where(t => t.BaseType is { IsGenericType: true } b && b.GetGenericTypeDefinition() == typeof(Repository<>)), publicOnly: false)
            .AsImplementedInterfaces().WithScopedLifetime());
    }

    private static void AddIdentity(this IServiceCollection services, TokenKey key)
    {
        services.AddSingleton(key).AddSingleton<Tokens>().AddSingleton<ITokenIssuer>(p => p.GetRequiredService<Tokens>()).AddSingleton<ITokenValidator>(p => p.GetRequiredService<Tokens>());
        services.AddSingleton<IPasswordHasher, Passwords>().AddSingleton<ICallerDirectory, CallerDirectory>();
        services.AddScoped<PreparedPassword>().AddScoped<GlobalDb>().AddScoped<StaleCallers>().AddScoped<SignedOut>();
        services.AddSingleton<ApiKeyUses>().AddHostedService(p => p.GetRequiredService<ApiKeyUses>()).AddSingleton<IApiKeyDirectory, ApiKeyDirectory>();
        services.AddScoped<IApiKeyStore, ApiKeyStore>().AddSingleton<ISubjectDirectory, SubjectDirectory>().AddScoped<IMemberLinkStore, MemberLinkStore>();
        services.AddSingleton<IOneTimeTokens, OneTimeTokens>().AddScoped<IInvitationLinks, InvitationLinks>().AddScoped<IOfferLinks, OfferLinks>().AddScoped<IPasswordResets, PasswordResets>();
        services.AddScoped<IUserStore, UserStore>().AddScoped<ISessionStore, SessionStore>().AddScoped<LoginThrottle>().AddScoped<ILoginThrottle>(p => p.GetRequiredService<LoginThrottle>());
        services.AddScoped<ISecondFactorThrottle>(p => p.GetRequiredService<LoginThrottle>()).AddScoped<ISecondFactors, SecondFactors>().AddSingleton<ISignInChallenges, SignInChallenges>();
    }

    /// <summary>AutoMapper 8 chokes on .NET 10's Enumerable methods unless its scan of extension methods is emptied first.</summary>
    internal static IMapper MapperOf(System.Reflection.Assembly assembly)
    {
        var expression = new MapperConfigurationExpression();
        ((System.Collections.IList)((IProfileConfiguration)expression).SourceExtensionMethods).Clear();
        foreach (var profile in assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(Profile)))) expression.AddProfile(profile);
        return new MapperConfiguration(expression).CreateMapper();
    }
}
