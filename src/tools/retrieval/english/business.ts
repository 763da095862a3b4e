/** Customers, sales, support, money, staff, shops, parcels, marketing, law, houses. Written as the tasks are. */
export const businessWords = `
ticket create : customer_complains complaint called_in somebody_complained
ticket search list conversation : who_is_waiting still_waiting_for waiting_for_an_answer unanswered nobody_has_answered open_requests open_complaints customers_are_waiting
ticket conversation reply comment : write_back_to_the_customer answer_the_customer tell_the_customer get_back_to_the_customer
ticket internal note comment private : only_we_can_see only_for_us for_colleagues_only customer_must_not_see customer_shouldn't_see staff_only between_us
ticket assign agent : take_care_of_this who_handles give~to_the_team pass~to_colleague
ticket status close solve : case_closed happy_now sorted_for_the_customer
ticket tag : mark~as_vip
ticket merge : same_customer_twice wrote_twice
conversation snooze : come_back_to_it_later until_next_week
article help center knowledge base : self-help help_page how-to support_article customers_can_read
macro canned response : standard_answer usual_answer ready-made_answer
customer satisfaction rating : how_happy happy_are_our unhappy pleased_with
sla policy : answer_in_time promised_time
visitor live chat : on_our_website_now
contact create lead : met_at_the_fair met_at_the_trade new_customer business_card met_someone
contact search person : do_we_know got_in_touch what_is_the_number_of
organization company search : firms which_companies
deal create opportunity : might_buy wants_to_buy interested_in_buying could_sell worth_about
deal update stage : one_step_further closer_to_signing signed_the_contract we_won we_lost lost_to_a_competitor said_yes said_no moved_forward
deal list search pipeline : what_could_we_sell sales_in_the_works about_to_close about_to_sign money_on_the_table
deal value forecast : expect_to_sell likely_income
activity task create call : follow_up follow-up get_in_touch_with~next
note create deal contact : write_down_that_they
activities history contact engagement : when_did_we_last_speak last_contact talked_to_them
lead convert : became_a_customer
object records query : who_are_our_biggest best_customers biggest_customers
person enrich search : find_out_about_the_person who_works_there decision_makers
campaign email sequence : cold_mails
customer create : someone_new_who_pays
customer search list : who_pays paying_customers
invoice create : bill_the_customer ask~to_pay write~a_bill bill~for
invoice send finalize : send_the_bill bill_is_final
invoice list : who_has_not_paid who_hasn't_paid bills_are_open not_yet_paid
invoice item line : add~to_the_bill on_the_bill
payment link create : page_where_people_can_pay link_to_pay way_to_pay let_people_pay pay_online
payment intent list charges : what_came_in money_that_came_in did~pay
payment refund create : wants~money_back unhappy_customer get~money_back sent_it_back gave~back
subscription create : pay_every_month sign~up_for_the_plan monthly_plan charge~every_month
subscription update : bigger_plan upgrade_to_the smaller_plan
subscription cancel : stop_charging wants_to_leave no_longer_wants_to_pay stop~renewing
subscription list : paying_us_every_month
price create recurring : charge_per_month
coupon promotion code create : percent_off money_off_for cheaper_for
dispute list : bank_took~back customer_contests complained_to_their_bank contested
payout balance : reach_our_bank money_on_its_way
balance retrieve : money_do_we_have how_much_is_in money_is_in
tax calculation : what_do_we_owe_the_state
checkout session payment : collect_money take_money
capture authorized payment : take_the_money_now hold~on_the_card
expense create receipt : i_paid_for taxi lunch_with_the_client claim~back spent_on_the_trip
expense report list : what_did_we_spend_on costs_of_the_trip
bill supplier vendor : what_we_have_to_pay
journal entry ledger : book~to_the_account
reconcile bank transaction : match~bank tick_off_the_bank
budget category transactions : what_did_i_spend where_did_my_money money_go_on groceries eating_out
budget category amount : left_to_spend how_much_may_i_spend put_aside set_aside
account balance list : how_much_money_is_in how_rich_am_i
transaction create : i_spent bought_a i_bought
payee scheduled transaction : rent_every_month
timer time entry start : start_the_clock clock_in begin_work start_counting
timer time entry stop : stop_the_clock clock_out stop_counting
time entries report : how_long_did_i_work how_many_hours what_did_i_work_on hours_this_week
employee list directory : who_works_in who_works_for_us everyone_in_the_company
employee create onboard : starts_next starts_on first_day
employee terminate offboard : last_day leaving_the_company
employee update salary compensation : pay_rise raise_for earns
time off request create : i'm_away take_a_week_off day_off going_on_holiday week_off need_a_break
time off list absence whos out : who_is_away who_is_on_holiday who_is_sick who_is_off off_sick out_of_office
time off balance : how_many_days_do_i days_left
payroll run : pay_the_staff pay_everyone pay_day payslip
candidate list application : who_applied who_wants_to_work people_who_applied
candidate stage update move : next_round invite_to_interview
candidate reject : turned_down thanks_but_no
job posting create opening : looking_for_a_new looking_to_hire need_a_new_person hiring vacancy
interview schedule feedback : talk_with_the_applicant what_did_the_interviewers
job search listings : find_me_a_job find_work
resume profile : cv
product create : start_selling sell_a_new new_in_the_shop offer~for_sale
product update price : make~cheaper make~dearer costs_now
product search catalog : do_you_have do_you_sell anything_under what_do_we_sell
inventory level quantity stock update : we_got_more arrived_from_the_supplier new_delivery
inventory level low stock : running_out about_to_run_out nearly_gone run_out_of almost_gone need_to_reorder
order create draft : customer_orders wants_to_order
order get status fulfillment : where_is_the_order where_is_my where_is_their when_will~arrive
order fulfill : pack~and_send send_the_goods hand~to_the_carrier
order cancel : doesn't_want_it no_longer_wants_it changed_her_mind changed_his_mind
order return refund : came_back sent_back wrong_size broken_on_arrival
cart add item : i'll_take put~in_my_basket into_my_basket
cart view get : what_am_i_about_to_buy what_is_in_my_basket
checkout complete : buy_it_now pay_for_it
collection product : group_of_articles summer_range
review product : what_do_buyers_think
discount create : black_friday special_price
customer segment : kind_of_customer sort_of_customers
abandoned cart : left_without_buying
sales report orders analytics : what_sold_best best_sellers best-selling bestsellers sold_most turnover_this how_is_business how_was_business
shipment tracking status : where_is_the_parcel where_is_my_parcel parcel_now has~been_delivered on_its_way package_arrive parcel_arrive
shipping rates quote : what_does_it_cost_to_send postage cost_to_post cheapest_way_to_send
shipment label create buy : sticker_for_the_parcel
pickup schedule carrier : collect_the_parcels fetch_the_parcels
address validate verify : does_this_address_exist is~address_real
email campaign create send : newsletter mailing
email campaign report statistics : opened_our who_opened clicked_on_the how_many_opened
audience list subscriber add : sign~up_for_the_newsletter onto_the_mailing wants_our_newsletter
audience list subscriber unsubscribe remove : stop_mailing no_more_newsletters take~off_the_mailing
email template : layout_of_the_mail
suppression bounce email : never_arrived came_back_undelivered
ad campaign create budget : spend~on_ads
ad campaign pause : stop_the_ads stop_advertising
ad campaign insights performance : did_the_ads are_our_ads ads_are_doing worth_the_money
keyword research volume suggestions : what_do_people_search_for people_google words_people_type searched_for what_people_type how_often_do_people_search
serp rank position keyword : where_do_we_show_up where_do_we_rank how_high_do_we first_page_of_the_results
backlinks domain : who_links_to sites_link_to linking_to_us
competitors domain : others_in_our_field competing_with
search analytics performance queries : how_do_people_find clicks_from_search
sitemap submit index inspect url : does_the_search_engine_know
page audit seo lighthouse : what_is_wrong_with_our_page
analytics report users sessions : how_many_people_came how_many_people_visit visitors_came where_do_our_visitors people_on_our_site
analytics realtime active : on_the_site_right_now on_our_site_now
analytics events funnel conversion : where_do_people_give_up where_do_they_drop give_up people_stop
retention cohort : come_back_after keep_coming_back return_after
property stream analytics : which_sites_do_we_measure
brand mention social listening : what_do_people_say_about_us talk_about_us
survey form create questions : ask_our_customers want_to_ask ask_visitors find_out_what_people_think
survey form responses list : what_did_they_answer what_did~say filled_it_in answers_so_far
form update question field : ask_also one_more_question
contract agreement envelope send signature : needs_to_sign have~signed sign_this get~signed
envelope document status : has~signed who_still_has_to_sign signed_yet
law legislation statute search : am_i_allowed is_it_legal allowed_by_law what_does_the_law
case court decision opinion : ruled rulings lawsuit
bill congress vote : parliament how_did~vote politicians
government dataset open data : official_figures official_statistics official_numbers
census population statistics : how_many_people_live inhabitants
patent search trademark : already_invented inventions
company registry filing : who_is_behind_the_firm annual_report
property listing search real estate : house_for_sale flat_to_rent houses_for_sale homes place_to_live for_rent apartments
property valuation estimate : what_is_my_house_worth house_worth
property details : how_many_bedrooms bedrooms
mortgage calculate loan : monthly_payment interest_rate borrow
refund create payment : wants~money_back want~money_back gets~money_back money_back_for
balance retrieve account : how_much_do_we_have how_much_money_do_we_have how_much_is_on_our
invoice create item : bill~for send~bill
subscription cancel : not_want_to_pay doesn't_want_to_pay stops_paying no_longer_pays quit~plan
payment link create : where_people_can_pay where_customers_can_pay place_to_pay
coupon create discount : percent_off_for cheaper_for_our loyal_customers
subscription : renew renewal renews renewed membership memberships recurring subscriber subscribers
revenue sales report : earnings takings income proceeds
payroll salary compensation employee : salaries wage wages bonus paycheck
expense receipt : receipts reimbursed reimbursement travel_costs
tax : taxes taxed taxable
payment charge transaction : payments paying charged fee fees deposit deposits
ticket conversation case request : enquiry enquiries inquiry inquiries helpdesk complained angry upset complains
deal opportunity pipeline stage : funnel negotiation negotiating haggling
lead prospect contact : prospects acquaintance
employee user person : newcomer joiner hires employees workers staff
time off leave absence request : sick ill absent absences holidays vacations parental
candidate applicant application : applicants applied applicants recruits cvs résumé
job position opening : vacancies recruiting recruit recruiter
shipment tracking package delivery : parcel parcels courier deliveries delivered
return refund order : returned returns
inventory stock level location : warehouse warehouses restock shelf shelves stocked
campaign email audience : newsletters mailings subscribers recipients
keyword ranking search : keywords rankings
law legal legislation : illegal laws lawyer lawyers legally
court case opinion : courts judge
property listing : house houses landlord tenant
competitor analysis : competitor competitors rivals
`
