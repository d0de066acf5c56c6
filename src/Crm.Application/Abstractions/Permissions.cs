using System.Collections.Frozen;
using Crm.Domain.Members;

namespace Crm.Application.Abstractions;

/// <summary>What a member may do, by role and by what is granted or denied to him besides (product.md §1). A use case names one; whatever is not granted is refused.</summary>
public static class Permissions
{
#pragma warning disable CS1591 // The names say it: resource and verb.
    public const string LeadsRead = "leads.read", LeadsWrite = "leads.write", LeadsDelete = "leads.delete";
    public const string CustomersRead = "customers.read", CustomersWrite = "customers.write", CustomersDelete = "customers.delete";
    public const string CompaniesRead = "companies.read", CompaniesWrite = "companies.write", CompaniesDelete = "companies.delete";
    public const string ContactsRead = "contacts.read", ContactsWrite = "contacts.write", ContactsDelete = "contacts.delete";
    public const string DealsRead = "deals.read", DealsWrite = "deals.write", DealsDelete = "deals.delete";
    public const string TasksRead = "tasks.read", TasksWrite = "tasks.write", TasksDelete = "tasks.delete";
    public const string ActivitiesRead = "activities.read", ActivitiesWrite = "activities.write", ActivitiesDelete = "activities.delete";
    public const string ProductsRead = "products.read", ProductsWrite = "products.write", ProductsDelete = "products.delete";
    public const string ProductCategoriesRead = "product-categories.read", ProductCategoriesWrite = "product-categories.write", ProductCategoriesDelete = "product-categories.delete";
    public const string TaxRatesRead = "tax-rates.read", TaxRatesWrite = "tax-rates.write", TaxRatesDelete = "tax-rates.delete";
    public const string PriceBooksRead = "price-books.read", PriceBooksWrite = "price-books.write", PriceBooksDelete = "price-books.delete";
    public const string WarehousesRead = "warehouses.read", WarehousesWrite = "warehouses.write", WarehousesDelete = "warehouses.delete";
    public const string StockRead = "stock.read", StockWrite = "stock.write";
    public const string OffersRead = "offers.read", OffersWrite = "offers.write", OffersDelete = "offers.delete";
    public const string OrdersRead = "orders.read", OrdersWrite = "orders.write", OrdersDelete = "orders.delete";
    public const string InvoicesRead = "invoices.read", InvoicesWrite = "invoices.write", InvoicesDelete = "invoices.delete", InvoicesIssue = "invoices.issue";
    public const string RecurringInvoicesRead = "recurring-invoices.read", RecurringInvoicesWrite = "recurring-invoices.write", RecurringInvoicesDelete = "recurring-invoices.delete";
    public const string PaymentsRead = "payments.read", PaymentsWrite = "payments.write", PaymentsDelete = "payments.delete";
    public const string PipelinesRead = "pipelines.read", PipelinesWrite = "pipelines.write", PipelinesDelete = "pipelines.delete";
    public const string TeamsRead = "teams.read", TeamsWrite = "teams.write", TeamsDelete = "teams.delete";
    public const string CustomFieldsRead = "custom-fields.read", CustomFieldsWrite = "custom-fields.write", CustomFieldsDelete = "custom-fields.delete";
    public const string TeamRead = "team.read", TeamManage = "team.manage";
    public const string BillingRead = "billing.read", BillingWrite = "billing.write";
    public const string TenantRead = "tenant.read", TenantWrite = "tenant.write";
    public const string ReportsRead = "reports.read", EventsRead = "events.read", AuditRead = "audit.read";
    public const string FilesRead = "files.read", FilesWrite = "files.write", FilesDelete = "files.delete";
    public const string TagsRead = "tags.read", TagsWrite = "tags.write";
    public const string OutboxRead = "outbox.read", OutboxWrite = "outbox.write";
    public const string NotificationsRead = "notifications.read", NotificationsWrite = "notifications.write";
    public const string SchedulesRead = "schedules.read";
    public const string EventConsumersRead = "event-consumers.read", EventConsumersWrite = "event-consumers.write", EventConsumersDelete = "event-consumers.delete";
    public const string WebhooksRead = "webhooks.read", WebhooksWrite = "webhooks.write", WebhooksDelete = "webhooks.delete";
    public const string LeadScoringRead = "lead-scoring.read", LeadScoringWrite = "lead-scoring.write", LeadScoringDelete = "lead-scoring.delete";
    public const string RoutingRulesRead = "routing-rules.read", RoutingRulesWrite = "routing-rules.write", RoutingRulesDelete = "routing-rules.delete";
    public const string ApiKeysRead = "api-keys.read", ApiKeysWrite = "api-keys.write", ApiKeysDelete = "api-keys.delete";
    public const string ApprovalsRead = "approvals.read", ApprovalsWrite = "approvals.write", ApprovalsDecide = "approvals.decide";
    public const string DocumentTemplatesRead = "document-templates.read", DocumentTemplatesWrite = "document-templates.write", DocumentTemplatesDelete = "document-templates.delete";
    public const string WorkflowRulesRead = "workflow-rules.read", WorkflowRulesWrite = "workflow-rules.write", WorkflowRulesDelete = "workflow-rules.delete";
#pragma warning restore CS1591

    private static readonly string[] OfUser =
    [
        LeadsRead, LeadsWrite, LeadsDelete, CustomersRead, CustomersWrite, CustomersDelete, CompaniesRead, CompaniesWrite, CompaniesDelete,
        ContactsRead, ContactsWrite, ContactsDelete, DealsRead, DealsWrite, DealsDelete, OffersRead, OffersWrite, OffersDelete, OrdersRead, OrdersWrite, OrdersDelete, InvoicesRead, InvoicesWrite, InvoicesDelete,
        RecurringInvoicesRead, RecurringInvoicesWrite, RecurringInvoicesDelete,
        TasksRead, TasksWrite, TasksDelete, ActivitiesRead, ActivitiesWrite, ActivitiesDelete,
        FilesRead, FilesWrite, FilesDelete,
        ProductsRead, ProductCategoriesRead, PriceBooksRead, TaxRatesRead, WarehousesRead, StockRead, PipelinesRead, TeamsRead, CustomFieldsRead, TeamRead, TenantRead, ReportsRead, EventsRead, TagsRead,
        ApprovalsRead, ApprovalsWrite,
        NotificationsRead, NotificationsWrite,
        LeadScoringRead, RoutingRulesRead,
        DocumentTemplatesRead,
    ];

    private static readonly string[] OfManager = [.. OfUser, ProductsWrite, ProductCategoriesWrite, PriceBooksWrite, WarehousesWrite, StockWrite, InvoicesIssue, PaymentsRead, PaymentsWrite, PaymentsDelete, ApprovalsDecide];

    private static readonly string[] OfAdmin =
    [
        .. OfManager, ProductsDelete, ProductCategoriesDelete, PriceBooksDelete, TaxRatesWrite, TaxRatesDelete, WarehousesDelete, PipelinesWrite, PipelinesDelete, TeamsWrite, TeamsDelete, CustomFieldsWrite, CustomFieldsDelete, TagsWrite,
        TeamManage, TenantWrite, BillingRead, AuditRead, OutboxRead, OutboxWrite, SchedulesRead, ApiKeysRead, ApiKeysWrite, ApiKeysDelete,
        WebhooksRead, WebhooksWrite, WebhooksDelete, EventConsumersRead, EventConsumersWrite, EventConsumersDelete,
        WorkflowRulesRead, WorkflowRulesWrite, WorkflowRulesDelete,
        LeadScoringWrite, LeadScoringDelete, RoutingRulesWrite, RoutingRulesDelete,
        DocumentTemplatesWrite, DocumentTemplatesDelete,
    ];

    private static readonly FrozenDictionary<Role, FrozenSet<string>> ByRole = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.User] = OfUser.ToFrozenSet(),
        [Role.Manager] = OfManager.ToFrozenSet(),
        [Role.Admin] = OfAdmin.ToFrozenSet(),
        [Role.Owner] = OfAdmin.Append(BillingWrite).ToFrozenSet(),
    }.ToFrozenDictionary();

    /// <summary>What an API key can carry: everything but the management of keys, because a key that leaked must not be able to outlive itself, and what only owners may.</summary>
    public static FrozenSet<string> OfKeys { get; } = OfAdmin.Except([ApiKeysWrite, ApiKeysDelete]).ToFrozenSet();

    /// <summary>Every permission there is, in ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ByRole.Values.SelectMany(p => p).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Everything the role grants.</summary>
    public static FrozenSet<string> Of(Role role) => ByRole[role];

    /// <summary>Everything a member of this role may do to whom this is granted and denied besides.</summary>
    public static FrozenSet<string> Of(Role role, MemberPermissions own) => own == MemberPermissions.None ? Of(role) : own.Of(Of(role)).ToFrozenSet();
}
